package universal_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/universal"
)

// A program of one's own calls CreateUniversal in pulumi.Run. Here the program
// runs in memory and shows what it exports.
func ExampleCreateUniversal() {
	program := func(ctx *pulumi.Context) error {
		_, err := universal.CreateUniversal(ctx, "universal", &universal.Args{
			Config: config.Universal{Project: "ExampleDorc", Tags: map[string]string{"team": "data"}},
			Repo: &configrepo.Repo{Pipelines: []*configrepo.Pipeline{{
				Functions: []*configrepo.Function{{Layer: "raw-to-processed", Pipeline: "weather", Name: "extract"}},
			}}},
		})
		return err
	}
	result, err := componenttest.Run(componenttest.Options{}, program)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(result.Exports)) {
		fmt.Println(key, "=", result.Exports[key])
	}
	// Output:
	// ecr-repository-raw-to-processed-weather-extract-arn = arn:aws:ecr:eu-west-2:123456789012:repository/exampledorc-raw-to-processed-weather-extract
	// ecr-repository-raw-to-processed-weather-extract-id = 123456789012
	// ecr-repository-raw-to-processed-weather-extract-url = 123456789012.dkr.ecr.eu-west-2.amazonaws.com/exampledorc-raw-to-processed-weather-extract
}

// A project on Google Cloud alone.
func ExampleCreateUniversal_google() {
	program := func(ctx *pulumi.Context) error {
		_, err := universal.CreateUniversal(ctx, "universal", &universal.Args{
			Config: config.Universal{
				Project: "ExampleDorc", NoAWS: true,
				GCP: &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"},
			},
			Repo: &configrepo.Repo{},
		})
		return err
	}
	result, err := componenttest.Run(componenttest.Options{}, program)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(result.Exports)) {
		fmt.Println(key, "=", result.Exports[key])
	}
	// Output:
	// gcp_artifacts_bucket = exampledorc-data-artifacts
	// gcp_project_id = exampledorc-data
	// gcp_region = europe-west2
	// gcp_repository_id = exampledorc
	// gcp_repository_url = europe-west2-docker.pkg.dev/exampledorc-data/exampledorc
}
