package gcp

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// configuration is that of pulumi-gcp. A change of project or region replaces no
// provider: it replaces the resources that do not name theirs.
var configuration = provider.Config{
	Honoured: []string{"project", "region", "zone", "defaultLabels"},
	Ignored: []string{
		"accessToken", "batching", "billingProject", "credentials", "disableGooglePartnerName", "googlePartnerName",
		"impersonateServiceAccount", "impersonateServiceAccountDelegates", "requestReason", "requestTimeout", "scopes",
		"userProjectOverride",
		// Pulumi's own.
		"version", "pluginDownloadURL", "pluginChecksums",
	},
	IgnoredSuffix: "CustomEndpoint",
	Refused: map[string]string{
		"addTerraformAttributionLabel": "the local cloud adds no label of its own to resources: leave out addTerraformAttributionLabel",
		"terraformAttributionLabelAdditionStrategy": "the local cloud adds no label of its own to resources: leave out " +
			"terraformAttributionLabelAdditionStrategy",
		"universeDomain": "the local cloud stands for googleapis.com alone: leave out universeDomain",
	},
	Read:  readScope,
	Check: checkConfig,
}

// checkConfig refuses projects and regions that are none.
func checkConfig(in resource.PropertyMap, own provider.Scope, fail func(key, format string, args ...any)) {
	scope, err := readScope(provider.OpenMap(in), own)
	if err != nil {
		fail("defaultLabels", "%v", err)
	}
	if !googlerules.IsProject(scope.Account) {
		fail("project", "%q cannot be the ID of a project", scope.Account)
	}
	if !googlerules.IsRegion(scope.Region) {
		fail("region", "%q is not a region of Google Cloud%s", scope.Region, googlerules.NearRegion(scope.Region))
	}
}

// readScope takes project, region, zone and the default labels.
func readScope(in resource.PropertyMap, was provider.Scope) (provider.Scope, error) {
	for key, into := range map[resource.PropertyKey]*string{"project": &was.Account, "region": &was.Region, "zone": &was.Zone} {
		if v := provider.Open(in[key]); v.IsString() && v.StringValue() != "" {
			*into = v.StringValue()
		}
	}
	was.Labels = nil
	if err := provider.DecodeConfig(in["defaultLabels"], &was.Labels); err != nil {
		return was, fmt.Errorf("defaultLabels: %w", err)
	}
	return was, nil
}
