package pipelines_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
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

// A pipeline on Google Cloud is created by the same function. What it needs are
// other outputs: those of an environment with a gcp block.
func ExampleCreatePipeline_dataflow() {
	root, err := os.MkdirTemp("", "dorc")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(root)
	for name, text := range map[string]string{
		"main.py":       "import apache_beam\n",
		"pipeline.yaml": "kind: dataflow\nparameters: {input: 'gs://${buckets.raw}/*.csv'}\nschedule: {name: nightly, cron: '0 3 * * *'}\n",
	} {
		file := filepath.Join(root, "src/raw/flights", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
			fmt.Println(err)
			return
		}
	}
	repo, problems := configrepo.Load(root, "src")
	if err := problems.Err(); err != nil {
		fmt.Println(err)
		return
	}
	pipeline, err := repo.Pipeline("raw", "flights")
	if err != nil {
		fmt.Println(err)
		return
	}
	program := func(ctx *pulumi.Context) error {
		_, err := pipelines.CreatePipeline(ctx, "flights", &pipelines.Args{
			Universal: config.Universal{
				Project: "ExampleDorc", GCP: &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"},
			},
			Environment: config.Environment{
				Environment: "prod", GCP: &config.GoogleEnvironment{DataBuckets: []config.DataBucket{{Name: "raw"}}},
			},
			Repo:     repo,
			Pipeline: pipeline,
		})
		return err
	}
	result, err := componenttest.Run(componenttest.Options{Stacks: googleStacks()}, program)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range []string{"scheduler_job_id", "template_path", "workflow_id"} {
		fmt.Println(key, "=", result.Exports[key])
	}
	// Output:
	// scheduler_job_id = projects/exampledorc-data/locations/europe-west2/jobs/ExampleDorc-prod-nightly
	// template_path = gs://exampledorc-data-prod-dataflow/templates/raw/flights.json
	// workflow_id = projects/exampledorc-data/locations/europe-west2/workflows/exampledorc-prod-raw-flights
}
