package pipelines_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
)

// A program of one's own calls CreatePipeline in pulumi.Run. Here the program
// runs in memory and shows what it exports.
func ExampleCreatePipeline() {
	repo, problems := configrepo.Load("../examples/pipeline-config", "src")
	if err := problems.Err(); err != nil {
		fmt.Println(err)
		return
	}
	pipeline, err := repo.Pipeline("processed-to-curated", "weather")
	if err != nil {
		fmt.Println(err)
		return
	}
	program := func(ctx *pulumi.Context) error {
		_, err := pipelines.CreatePipeline(ctx, "weather", &pipelines.Args{
			Universal:   config.Universal{Project: "ExampleDorc", Region: "eu-west-2"},
			Environment: config.Environment{Environment: "prod"},
			Repo:        repo,
			Pipeline:    pipeline,
		})
		return err
	}
	result, err := componenttest.Run(componenttest.Options{Stacks: stacks()}, program)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(result.Exports)) {
		fmt.Println(key, "=", result.Exports[key])
	}
	// Output:
	// lambda-aggregate-arn = arn:aws:lambda:eu-west-2:123456789012:function:ExampleDorc-prod-processed-to-curated-weather-aggregate
	// state_machine_arn = arn:aws:states:eu-west-2:123456789012:stateMachine:ExampleDorc-prod-processed-to-curated-weather
	// state_machine_name = ExampleDorc-prod-processed-to-curated-weather
}
