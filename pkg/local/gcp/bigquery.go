package gcp

import (
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/bigquery"

	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	datasetType       = "gcp:bigquery/dataset:Dataset"
	datasetMemberType = "gcp:bigquery/datasetIamMember:DatasetIamMember"

	datasetPath = "projects/{project}/datasets/{datasetId}"
)

var bigqueryKinds = []*kind{
	{
		Token: datasetType, Facts: "google_bigquery_dataset",
		Args: provider.ArgsOf[bigquery.DatasetArgs](), State: provider.TypeOf[bigquery.Dataset](),
		Rename: effective, Service: "BigQuery", Noun: "Dataset",
		Operations: operations{Create: "datasets.insert", Update: "datasets.patch", Delete: "datasets.delete"},
		// A location is written in any case, and returned as the lists of locations write it.
		Same: func(property, old, now string) bool {
			return old == now || property == "location" && strings.EqualFold(old, now)
		},
		ID:        path(datasetPath),
		Canonical: canonical(datasetPath),
		Outputs: []output{
			projectOutput,
			{Name: "location", Over: true, Value: func(c *call) any { return datasetLocation(c.Str("location")) }},
			{Name: "accesses", Value: datasetAccesses},
			{Name: "creationTime", Once: true, Value: func(c *call) any { return float64(c.P.Now().UnixMilli()) }},
			{Name: "lastModifiedTime", Fresh: true, Value: func(c *call) any { return float64(c.P.Now().UnixMilli()) }},
			{Name: "etag", Fresh: true, Value: func(c *call) any { return etag(path(datasetPath)(c) + now(c)) }},
			{Name: "selfLink", Value: func(c *call) any { return "https://bigquery.googleapis.com/bigquery/v2/" + path(datasetPath)(c) }},
			constant("defaultCollation", ""), constant("isCaseInsensitive", false), constant("maxTimeTravelHours", "168"),
			constant("storageBillingModel", ""),
		},
		Refuse: func(c *check) {
			if c.In.HasValue("defaultEncryptionConfiguration") {
				c.Fail("defaultEncryptionConfiguration", "the local cloud has no keys of one's own: leave out defaultEncryptionConfiguration")
			}
			if c.In.HasValue("externalDatasetReference") {
				c.Fail("externalDatasetReference", "the local cloud has datasets of one's own only: leave out externalDatasetReference")
			}
		},
		Exists:  func(c *call) *refusal { return duplicate("Already Exists: Dataset %s", datasetName(c.ID)) },
		Missing: func(c *call) *refusal { return noDataset(c.ID) },
		Children: []child{{Token: datasetMemberType, Prefix: func(c *call) string {
			return c.ID + "/"
		}}},
	},
	member(&kind{
		Token: datasetMemberType, Facts: "google_bigquery_dataset_iam_member",
		Args: provider.ArgsOf[bigquery.DatasetIamMemberArgs](), State: provider.TypeOf[bigquery.DatasetIamMember](),
		Service: "BigQuery", Noun: "Dataset IAM Member",
	}, policy{
		resource: path(datasetPath),
		outputs:  []output{projectOutput},
		verify: func(c *call) (string, error) {
			id := path(datasetPath)(c)
			return project(c), exists(c, datasetType, id, func() *refusal { return noDataset(id) })
		},
	}),
}

// datasetLocation is a location as BigQuery returns it: areas in capitals.
func datasetLocation(location string) string {
	if lower := strings.ToLower(location); googlerules.IsRegion(lower) {
		return lower
	}
	return strings.ToUpper(location)
}

// datasetAccesses are those of a new dataset.
// https://cloud.google.com/bigquery/docs/access-control-basic-roles
func datasetAccesses(*call) any {
	return []any{
		object{"role": "WRITER", "specialGroup": "projectWriters"},
		object{"role": "OWNER", "specialGroup": "projectOwners"},
		object{"role": "READER", "specialGroup": "projectReaders"},
	}
}

// datasetName is a dataset in BigQuery's messages, such as project:dataset.
func datasetName(id string) string { return ownerOf(id) + ":" + last(id) }

func noDataset(id string) *refusal { return notFound("Not found: Dataset %s", datasetName(id)) }
