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
