package infra_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/infra"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
)

// A program of one's own calls CreateInfra in pulumi.Run. Here the program runs
// in memory and shows what it exports.
func ExampleCreateInfra() {
	program := func(ctx *pulumi.Context) error {
		_, err := infra.CreateInfra(ctx, "infra", &infra.Args{
			Universal: config.Universal{Project: "ExampleDorc", Region: "eu-west-2"},
			Environment: config.Environment{
				Environment: "prod",
				DataBuckets: []config.DataBucket{{Name: "raw"}},
			},
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
	// cloudevent_state_machine_trigger_role_arn = arn:aws:iam::123456789012:role/ExampleDorc-prod-cloudevent-sm-trigger-role
	// data-bucket-raw-arn = arn:aws:s3:::exampledorc-prod-raw-123456789012
	// data-bucket-raw-id = exampledorc-prod-raw-123456789012
	// lambda_role_arn = arn:aws:iam::123456789012:role/ExampleDorc-prod-lambda-role
	// state_function_role_arn = arn:aws:iam::123456789012:role/ExampleDorc-prod-state-function-role
}

// An environment on Google Cloud alone: the project says aws: false and has a
// block gcp, the environment takes the defaults.
func ExampleCreateInfra_google() {
	program := func(ctx *pulumi.Context) error {
		_, err := infra.CreateInfra(ctx, "infra", &infra.Args{
			Universal: config.Universal{
				Project: "ExampleDorc", NoAWS: true,
				GCP: &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"},
			},
			Environment: config.Environment{
				Environment: "prod",
				GCP: &config.GoogleEnvironment{
					DataBuckets: []config.DataBucket{{Name: "raw"}},
					ConnectionProfiles: map[string]config.ConnectionProfile{
						"orders": {Host: "10.0.0.5", Port: 5432, Database: "orders", User: "reader"},
					},
				},
			},
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
	// dataflow_worker_service_account = exampledorc-prod-dataflow@exampledorc-data.iam.gserviceaccount.com
	// gcp-data-bucket-raw-id = exampledorc-data-prod-raw
	// gcp-secret-orders-id = projects/exampledorc-data/secrets/ExampleDorc-prod-orders
	// gcp_bucket = exampledorc-data-prod-dataflow
	// gcp_configs_location = gs://exampledorc-data-prod-dataflow/configs
	// gcp_network = exampledorc-prod-dataflow
	// gcp_project_id = exampledorc-data
	// gcp_region = europe-west2
	// gcp_staging_location = gs://exampledorc-data-prod-dataflow/staging
	// gcp_subnetwork = regions/europe-west2/subnetworks/exampledorc-prod-dataflow-private
	// gcp_temp_location = gs://exampledorc-data-prod-dataflow/temp
	// gcp_templates_location = gs://exampledorc-data-prod-dataflow/templates
	// scheduler_service_account = exampledorc-prod-scheduler@exampledorc-data.iam.gserviceaccount.com
	// workflows_service_account = exampledorc-prod-workflows@exampledorc-data.iam.gserviceaccount.com
}
