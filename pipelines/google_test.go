package pipelines_test

import (
	"encoding/base64"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// googleFiles are a config repo with every form of pipelines on Google Cloud.
var googleFiles = map[string]string{
	"src/raw/flights/main.py":          "import apache_beam\n",
	"src/raw/flights/requirements.txt": "six==1.17.0\n",
	"src/raw/flights/metadata.json": `{"name": "Flights", "parameters": [
		{"name": "input", "label": "Input", "helpText": "Files", "regexes": ["^gs://[^\\n]+$"]},
		{"name": "day", "label": "Day", "helpText": "A day", "regexes": ["[0-9]{4}-[0-9]{2}-[0-9]{2}"]}]}`,
	"src/raw/flights/pipeline.yaml": `
description: Delays by airport
parameters: {input: "gs://${buckets.raw}/flights/*.csv", day: "2015-12-31"}
max_workers: 4
network_tags: [internal]
worker_image: separate
polling_seconds: 30
cancel_with_execution: true
schedule: {name: nightly, cron: "0 3 * * *", timezone: Europe/London, retries: 3, attempt_deadline: 320, parameters: {day: "2016-01-01"}}
`,
	"src/raw/events/main.py":       "import apache_beam\n",
	"src/raw/events/pipeline.yaml": "streaming: true\nupdate: in-place\nparameters: {output: 'gs://${bucket}/x', literal: '$${x}'}\nschedule: {cron: '0 3 * * *', enabled: false}\n",
	"src/raw/weather/pipeline.beam.yaml": `pipeline:
  type: chain
  transforms:
    - type: ReadFromText
      config: {path: "{{ input }}"}
    - type: LogForTesting
`,
	"src/raw/weather/pipeline.yaml": "kind: dataflow\nparameters: {input: 'gs://${buckets.raw}/${environment}/${project_id}/${region}'}\n",
	"src/raw/orders/config.json": `{"name": "orders", "description": "Orders",
  "sources": [{"name": "orders", "module": "postgres", "incremental": true, "parameters": {"query": "orders.sql", "profile": "orders",
    "incremental_column": "changed_at", "destination_sink_name": "write"}}],
  "transforms": [],
  "sinks": [{"name": "write", "module": "bigquery", "input": "orders", "mode": "append", "parameters": {"table": "warehouse-project:sales.orders",
    "partitioning": "DAY", "partitioning_field": "changed_at", "schema": "get_from_table"}}],
  "schedule": {"name": "orders", "cron": "15 * * * *", "enable": "true"}}`,
	"src/raw/orders/orders.sql":     "SELECT * FROM orders;\n",
	"src/raw/report/workflow.yaml":  "main:\n  params: [args]\n  steps:\n    - done:\n        return: ${args.day}\n",
	"src/raw/report/pipeline.yaml":  "parameters: {day: 1, to: ['${buckets.raw}', '<&>']}\nschedule: {cron: '0 5 * * 1', parameters: {day: 2}}\n",
	"src/raw/report2/workflow.yaml": "- done:\n    return: 1\n",
}

func googleStacks() map[string]map[string]any {
	return map[string]map[string]any{
		universalStack: {"gcp_repository_url": "europe-west2-docker.pkg.dev/exampledorc-data/exampledorc"},
		infraStack: {
			"gcp_bucket": "exampledorc-data-prod-dataflow", "gcp_temp_location": "gs://exampledorc-data-prod-dataflow/temp",
			"gcp_staging_location": "gs://exampledorc-data-prod-dataflow/staging", "gcp_configs_location": "gs://exampledorc-data-prod-dataflow/configs",
			"gcp_templates_location": "gs://exampledorc-data-prod-dataflow/templates", "gcp_subnetwork": "regions/europe-west2/subnetworks/private",
			"dataflow_worker_service_account": "worker@exampledorc-data.iam.gserviceaccount.com",
			"workflows_service_account":       "workflows@exampledorc-data.iam.gserviceaccount.com",
			"scheduler_service_account":       "scheduler@exampledorc-data.iam.gserviceaccount.com",
			"gcp-data-bucket-raw-id":          "exampledorc-data-prod-raw",
			"gcp-secret-orders-id":            "projects/exampledorc-data/secrets/ExampleDorc-prod-orders",
			"gcp-secret-replica-id":           "projects/exampledorc-data/secrets/ExampleDorc-prod-replica",
		},
	}
}

func googleArguments(t *testing.T, name string, change map[string]string) *pipelines.Args {
	t.Helper()
	all := maps.Clone(googleFiles)
	maps.Copy(all, change)
	repo := componenttest.Repo(t, all)
	pipeline, err := repo.Pipeline("raw", name)
	require.NoError(t, err)
	return &pipelines.Args{
		Universal: config.Universal{
			Project: "ExampleDorc", NoAWS: true, Tags: map[string]string{"Project": "Example Dorc"},
			GCP: &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"},
		},
		Environment: config.Environment{
			Environment: "prod",
			GCP: &config.GoogleEnvironment{
				DataBuckets: []config.DataBucket{{Name: "raw"}},
				ConnectionProfiles: map[string]config.ConnectionProfile{
					"orders":  {Host: "10.0.0.5", Port: 5432, Database: "orders", User: "reader"},
					"replica": {Host: "fd00::5", Port: 5433, Database: "or ders", User: "reader"},
				},
			},
		},
		Repo: repo, Pipeline: pipeline,
	}
}

func TestCreateGooglePipelines(t *testing.T) {
	for _, name := range []string{"flights", "events", "weather", "orders", "report", "report2"} {
		t.Run(name, func(t *testing.T) {
			result, err := create(googleArguments(t, name, nil), googleStacks(), false)
			require.NoError(t, err)
			componenttest.Golden(t, "google-"+name, result)
			workflow := result.Find("gcp:workflows/workflow:Workflow", "workflow")
			require.NotNil(t, workflow)
			_, problems := syntax.Parse("workflow.yaml", []byte(workflow.Inputs["sourceContents"].(string)))
			assert.NoError(t, problems.Err())
		})
	}
}

// A plan knows everything but the images.
func TestPlanGooglePipelines(t *testing.T) {
	result, err := create(googleArguments(t, "flights", nil), googleStacks(), true)
	require.NoError(t, err)
	assert.NotNil(t, result.Find("gcp:cloudscheduler/job:Job", "schedule"))
}

// The schedule's body is encoded once: JSON whose argument is JSON as a text.
func TestScheduleBody(t *testing.T) {
	for name, want := range map[string]string{
		"flights": `{"argument":"{\"day\":\"2016-01-01\"}"}`,
		"orders":  `{"argument":"{}"}`,
		"report":  `{"argument":"{\"day\":2,\"to\":[\"exampledorc-data-prod-raw\",\"<&>\"]}"}`,
	} {
		result, err := create(googleArguments(t, name, nil), googleStacks(), false)
		require.NoError(t, err)
		target := result.Find("gcp:cloudscheduler/job:Job", "schedule").Inputs["httpTarget"].(map[string]any)
		body, err := base64.StdEncoding.DecodeString(target["body"].(string))
		require.NoError(t, err)
		assert.Equal(t, want, string(body))
	}
	result, err := create(googleArguments(t, "events", nil), googleStacks(), false)
	require.NoError(t, err)
	assert.Nil(t, result.Find("gcp:cloudscheduler/job:Job", "schedule"), "it is not enabled")
}

// The same pipeline in another layer or environment has a job name of its own.
func TestStreamingJobName(t *testing.T) {
	result, err := create(googleArguments(t, "events", nil), googleStacks(), false)
	require.NoError(t, err)
	source := result.Find("gcp:workflows/workflow:Workflow", "workflow").Inputs["sourceContents"].(string)
	assert.Contains(t, source, `- job_name: "exampledorc-prod-raw-events"`)
	assert.Contains(t, source, `update: ${old_job != null}`)
}

func TestGoogleRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		pipeline string
		files    map[string]string
		change   func(*pipelines.Args, map[string]map[string]any)
		want     []string
	}{
		"no gcp block": {"flights", nil, func(a *pipelines.Args, _ map[string]map[string]any) { a.Universal.GCP, a.Environment.GCP = nil, nil },
			[]string{"a pipeline of kind dataflow needs Google Cloud", "Write one: gcp:"}},
		"nothing applied": {"flights", nil, func(_ *pipelines.Args, s map[string]map[string]any) {
			clear(s[infraStack])
			clear(s[universalStack])
		}, []string{
			"the stack infra-prod has no output gcp_bucket", "has no output gcp_subnetwork", "has no output workflows_service_account",
			"has no output scheduler_service_account", "has no output gcp-data-bucket-raw-id", "the stack universal has no output gcp_repository_url",
			"Apply it first: make infra/apply instance=infra env=prod", "Apply it first: make infra/apply instance=universal",
		}},
		"no secret": {"orders", nil, func(_ *pipelines.Args, s map[string]map[string]any) { delete(s[infraStack], "gcp-secret-replica-id") },
			[]string{"the stack infra-prod has no output gcp-secret-replica-id"}},
		"odd secret": {"orders", nil, func(_ *pipelines.Args, s map[string]map[string]any) { s[infraStack]["gcp-secret-orders-id"] = "orders" },
			[]string{"the output gcp-secret-orders-id is no secret's id"}},
		"no profile": {"orders", nil, func(a *pipelines.Args, _ map[string]map[string]any) {
			a.Environment.GCP.ConnectionProfiles = map[string]config.ConnectionProfile{"order": {}}
		}, []string{`there is no connection profile "orders"`, "infra/Pulumi.prod.yaml has: order", `Did you mean "order"?`}},
		"no bucket": {"flights", nil, func(a *pipelines.Args, _ map[string]map[string]any) {
			a.Environment.GCP.DataBuckets = []config.DataBucket{{Name: "raws"}}
		}, []string{"has no output gcp-data-bucket-raws-id"}},
		"unknown bucket": {"weather", map[string]string{"src/raw/weather/pipeline.yaml": "parameters:\n  input: gs://${buckets.rw}/x\n"}, nil,
			[]string{"src/raw/weather/pipeline.yaml:2:10: the environment prod has no data bucket \"rw\" on Google Cloud", "Did you mean ${buckets.raw}?"}},
		"parameter": {"flights", map[string]string{"src/raw/flights/pipeline.yaml": "parameters: {input: 's3://x', dya: '2015-12-31'}"}, nil,
			[]string{`pipeline.yaml:1:21: "s3://x" cannot be the parameter input`, `pipeline.yaml:1:36: the template has no parameter "dya"`, "the parameter day is required and has no value"}},
		"schedule's parameter": {"flights", map[string]string{"src/raw/flights/pipeline.yaml": "parameters: {input: 'gs://x', day: '2015-12-31'}\nschedule: {cron: '0 3 * * *', parameters: {day: today}}"}, nil,
			[]string{`pipeline.yaml:2:49: "today" cannot be the parameter day`}},
		"beam yaml":           {"weather", map[string]string{"src/raw/weather/pipeline.beam.yaml": "pipeline:\n  transforms:\n    - type: ReadFromTxt\n"}, nil, []string{"pipeline.beam.yaml:3:", "ReadFromTxt", "ReadFromText"}},
		"config":              {"orders", map[string]string{"src/raw/orders/config.json": `{"sources": [], "sinks": [{"name": "a", "module": "snowflake", "input": "b", "mode": "append", "parameters": {}}]}`}, nil, []string{"config.json:1:", `there is no sink module "snowflake"`}},
		"workflow":            {"report", map[string]string{"src/raw/report/workflow.yaml": "main:\n  steps:\n    - a:\n        next: b\n"}, nil, []string{"workflow.yaml:4:", `"b"`}},
		"metadata":            {"flights", map[string]string{"src/raw/flights/metadata.json": "{}"}, nil, []string{`metadata.json:1:1: the metadata has no "name"`}},
		"two schedules":       {"orders", map[string]string{"src/raw/orders/pipeline.yaml": "schedule: {cron: '0 3 * * *'}"}, nil, []string{"config.json:7:", "the schedule is there twice"}},
		"streaming config":    {"orders", map[string]string{"src/raw/orders/pipeline.yaml": "streaming: true"}, nil, []string{"pipeline.yaml:1:12: a launcher's config is a batch pipeline"}},
		"parameter of config": {"orders", map[string]string{"src/raw/orders/pipeline.yaml": "parameters: {orders_url: x}"}, nil, []string{`pipeline.yaml:1:14: the pipeline has no parameter "orders_url"`, "incremental_from_orders"}},
		"config as a variable": {"weather", map[string]string{"src/raw/weather/pipeline.yaml": "parameters: {config: x}"}, nil, []string{
			"pipeline.yaml:1:14: config is a setting of the launch"}},
		"images": {"flights", nil, func(a *pipelines.Args, _ map[string]map[string]any) {
			a.Universal.GCP.SDKImage = "apache/beam_python3.11_sdk:2.60.0"
		},
			[]string{"launcher and workers would have two versions of Python"}},
		"tag": {"flights", nil, func(a *pipelines.Args, _ map[string]map[string]any) { a.Universal.Tags = map[string]string{"1st": "x"} },
			[]string{"tag 1st: its name cannot be the key of a label on Google Cloud"}},
	} {
		t.Run(name, func(t *testing.T) {
			args, stacks := googleArguments(t, tt.pipeline, tt.files), googleStacks()
			if tt.change != nil {
				tt.change(args, stacks)
			}
			result, err := create(args, stacks, false)
			require.Error(t, err)
			for _, want := range tt.want {
				assert.Contains(t, err.Error(), want)
			}
			if name != "images" {
				for _, r := range result.Resources {
					assert.False(t, strings.HasPrefix(r.Type, "gcp:"), "nothing is registered before: %s", r.Type)
				}
			}
		})
	}
}

// A pipeline of functions asks for nothing of Google's, and the other way round.
func TestCloudsApart(t *testing.T) {
	functions := arguments(t, "raw-to-processed")
	functions.Universal.GCP = &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"}
	_, err := create(functions, stacks(), false)
	require.NoError(t, err)
	functions.Universal.NoAWS = true
	_, err = create(functions, stacks(), false)
	assert.ErrorContains(t, err, "pipelines of kind functions live on AWS, which the project does without")
}
