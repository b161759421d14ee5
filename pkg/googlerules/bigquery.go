package googlerules

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/rules"
)

const (
	datasetSource        = "https://cloud.google.com/bigquery/docs/datasets"
	datasetPlaceSource   = "https://cloud.google.com/bigquery/docs/locations"
	datasetRESTSource    = "https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets"
	timeTravelSource     = "https://cloud.google.com/bigquery/docs/time-travel"
	datasetBillingSource = "https://cloud.google.com/bigquery/docs/datasets-intro"
)

var datasetID = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// datasetAreas are multi-regions of BigQuery.
var datasetAreas = []string{"eu", "us"}

// isDatasetLocation wants a place of datasets, in any case.
var isDatasetLocation = optional(text(func(v string) string {
	lower := strings.ToLower(v)
	if strings.HasPrefix(lower, "aws-") || strings.HasPrefix(lower, "azure-") {
		return "" // BigQuery Omni's
	}
	return place(lower, datasetAreas, "a location of BigQuery")
}))

// expiry wants at least an hour, in milliseconds, or 0 for none.
func expiry(s subject) string {
	if s.Value.IsNumber() && s.Value.NumberValue() != 0 && s.Value.NumberValue() < 3600000 {
		return s.Name + " cannot be shorter than 3600000 milliseconds (one hour), got " + s.Show()
	}
	return ""
}

var _ = register("gcp:bigquery/dataset:Dataset", table{values: []row{
	{"datasetId", rules.All(pattern(datasetID, "a dataset's ID has letters, digits and underscores"), length(1, 1024)), datasetSource},
	{"location", isDatasetLocation, datasetPlaceSource},
	{"defaultTableExpirationMs", expiry, datasetRESTSource},
	{"defaultPartitionExpirationMs", atLeast(0), datasetRESTSource},
	{"storageBillingModel", optional(oneOf("LOGICAL", "PHYSICAL")), datasetBillingSource},
	{"maxTimeTravelHours", optional(text(func(v string) string {
		if n, err := strconv.Atoi(v); err != nil || n < 48 || n > 168 || n%24 != 0 {
			return "it is 48 to 168 hours, in whole days"
		}
		return ""
	})), timeTravelSource},
}})

var _ = register("gcp:bigquery/datasetIamMember:DatasetIamMember", table{values: []row{
	{"member", isMember, memberSource},
	{"role", isRole, roleSource},
}})
