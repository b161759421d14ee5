package pipelines_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	universalStack = "organization/Pipelines/universal"
	infraStack     = "organization/Pipelines/infra-prod"
	nextStack      = "organization/Pipelines/processed-to-curated-prod-weather"
)

// files are a config repo with everything that a pipeline can have.
var files = map[string]string{
	"requirements.txt": "tabulate==0.9.0\n",
	"src/raw-to-processed/weather/requirements.txt": "six==1.17.0\n",
	"src/raw-to-processed/weather/pipeline.yaml": `
description: Weather & <more>
functions:
  - name: extract
    next: clean
    timeout: 60
    memory: 1024
    environment: {SOURCE: noaa}
    retry: {max_attempts: 2, interval_seconds: 5, backoff_rate: 1.5, error_equals: [Timeout]}
    on_failure: report
  - name: clean
    retry: {max_attempts: 0}
    on_failure: report
    next: {pipeline: processed-to-curated/weather}
  - name: report
    on_failure: last_resort
  - name: last_resort
triggers:
  - schedule: cron(0 6 * * ? *)
  - object: {bucket: raw, prefix: uploads/}
  - schedule: rate(1 hour)
  - object: {bucket: somebody-elses-bucket}
`,
	"src/raw-to-processed/weather/extract/lambda.py":        componenttest.Handler,
	"src/raw-to-processed/weather/extract/requirements.txt": "idna==3.10\n",
	"src/raw-to-processed/weather/clean/lambda.py":          componenttest.Handler,
	"src/raw-to-processed/weather/report/lambda.py":         componenttest.Handler,
	"src/raw-to-processed/weather/last_resort/lambda.py":    componenttest.Handler,
	"src/processed-to-curated/weather/aggregate/lambda.py":  componenttest.Handler,
}

// stacks are the outputs of everything that the pipelines need.
func stacks() map[string]map[string]any {
	universal := map[string]any{}
	for _, id := range []string{
		"raw-to-processed-weather-extract", "raw-to-processed-weather-clean", "raw-to-processed-weather-report",
		"raw-to-processed-weather-last-resort", "processed-to-curated-weather-aggregate",
	} {
		universal["ecr-repository-"+id+"-url"] = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/exampledorc-" + id
	}
	return map[string]map[string]any{
		universalStack: universal,
		infraStack: {
			"lambda_role_arn":                           "arn:aws:iam::123456789012:role/lambda",
			"state_function_role_arn":                   "arn:aws:iam::123456789012:role/state-function",
			"cloudevent_state_machine_trigger_role_arn": "arn:aws:iam::123456789012:role/trigger",
			"data-bucket-raw-id":                        "exampledorc-prod-raw-123456789012",
			"data-bucket-processed-id":                  "exampledorc-prod-processed-123456789012",
		},
		nextStack: {"state_machine_arn": "arn:aws:states:eu-west-2:123456789012:stateMachine:next"},
	}
}

func arguments(t *testing.T, layer string) *pipelines.Args {
	t.Helper()
	repo := componenttest.Repo(t, files)
	pipeline, err := repo.Pipeline(layer, "weather")
	if err != nil {
		t.Fatal(err)
	}
	return &pipelines.Args{
		Universal: config.Universal{
			Project: "ExampleDorc", Region: "eu-west-2", Tags: map[string]string{"project": "example-dorc"},
		},
		Environment: config.Environment{
			Environment: "prod",
			DataBuckets: []config.DataBucket{{Name: "raw"}, {Name: "processed"}},
		},
		Repo: repo, Pipeline: pipeline, Account: componenttest.Account,
	}
}

func create(args *pipelines.Args, stacks map[string]map[string]any, preview bool) (*componenttest.Result, error) {
	options := componenttest.Options{Stack: "weather", Stacks: stacks, Preview: preview}
	return componenttest.Run(options, func(ctx *pulumi.Context) error {
		_, err := pipelines.CreatePipeline(ctx, "weather", args)
		return err
	})
}

func TestCreatePipeline(t *testing.T) {
	full := arguments(t, "raw-to-processed")
	full.Environment.LogRetentionDays = 7
	vpc := arguments(t, "processed-to-curated")
	vpc.Environment.VPCID = "vpc-0123456789abcdef0"
	vpc.Environment.PrivateSubnetIDs = []string{"subnet-1", "subnet-2"}
	for name, args := range map[string]*pipelines.Args{"full": full, "vpc": vpc} {
		t.Run(name, func(t *testing.T) {
			result, err := create(args, stacks(), false)
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, name, result)
		})
	}
}

func TestTagsReachEverything(t *testing.T) {
	args := arguments(t, "raw-to-processed")
	args.Environment.VPCID = "vpc-0123456789abcdef0"
	result, err := create(args, stacks(), false)
	if err != nil {
		t.Fatal(err)
	}
	tagged := map[string]int{}
	for _, r := range result.Resources {
		if tags, ok := r.Inputs["tags"].(map[string]any); ok && tags["project"] == "example-dorc" {
			tagged[r.Type]++
		}
	}
	want := map[string]int{
		"aws:cloudwatch/eventRule:EventRule": 4, "aws:cloudwatch/logGroup:LogGroup": 5,
		"aws:ec2/securityGroup:SecurityGroup": 4, "aws:lambda/function:Function": 4,
		"aws:sfn/stateMachine:StateMachine": 1,
	}
	if !maps.Equal(tagged, want) {
		t.Errorf("tagged: %v\nwant:   %v", tagged, want)
	}
}

// Everything that another stack lacks is told at once, and nothing is created.
func TestMissingOutputs(t *testing.T) {
	for _, preview := range []bool{false, true} {
		t.Run(fmt.Sprintf("preview %t", preview), func(t *testing.T) {
			s := stacks()
			delete(s[universalStack], "ecr-repository-raw-to-processed-weather-clean-url")
			delete(s[infraStack], "lambda_role_arn")
			delete(s[infraStack], "data-bucket-raw-id")
			delete(s[nextStack], "state_machine_arn")
			result, err := create(arguments(t, "raw-to-processed"), s, preview)
			var problems problem.List
			if !errors.As(err, &problems) || len(problems) != 4 {
				t.Fatalf("want four problems, got %v", err)
			}
			for i, want := range []string{
				"make infra/apply instance=infra env=prod", "make infra/apply instance=universal",
				"make infra/apply instance=infra env=prod", "make infra/apply layer=processed-to-curated instance=weather env=prod",
			} {
				if !strings.HasSuffix(problems[i].Hint, want) {
					t.Errorf("hint of %q: %q, want %q", problems[i].Summary, problems[i].Hint, want)
				}
			}
			if len(result.Resources) != 0 {
				t.Errorf("resources were registered: %v", result.Resources)
			}
		})
	}
}

func TestMissingStack(t *testing.T) {
	s := stacks()
	delete(s, infraStack)
	result, err := create(arguments(t, "raw-to-processed"), s, false)
	if err == nil || !strings.Contains(err.Error(), `infra-prod`) {
		t.Errorf("want an error that names the stack, got %v", err)
	}
	if len(result.Resources) != 0 {
		t.Errorf("resources were registered: %v", result.Resources)
	}
}

// A program in the pipeline's folder needs no Repo and no Pipeline.
func TestPipelineOfTheWorkingDirectory(t *testing.T) {
	args := arguments(t, "processed-to-curated")
	t.Chdir(args.Pipeline.Dir)
	given, err := create(args, stacks(), false)
	if err != nil {
		t.Fatal(err)
	}
	args.Repo, args.Pipeline = nil, nil
	found, err := create(args, stacks(), false)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(found) != fmt.Sprint(given) {
		t.Errorf("found:\n%v\ngiven:\n%v", found, given)
	}
	t.Chdir(t.TempDir())
	wantProblem(t, func() error { _, err := create(args, stacks(), false); return err })
	repo, _ := configrepo.Load(componenttest.Repo(t, files).Root, "")
	args.Repo = repo
	wantProblem(t, func() error { _, err := create(args, stacks(), false); return err })
}

func TestUnknownKind(t *testing.T) {
	args := arguments(t, "processed-to-curated")
	changed := *args.Pipeline.Definition
	changed.Kind = "dag"
	pipeline := *args.Pipeline
	pipeline.Definition = &changed
	args.Pipeline = &pipeline
	wantProblem(t, func() error { _, err := create(args, stacks(), false); return err })
}

func wantProblem(t *testing.T, f func() error) {
	t.Helper()
	var p problem.Problem
	if err := f(); !errors.As(err, &p) || p.Hint == "" {
		t.Errorf("want a problem with a hint, got %v", err)
	}
}
