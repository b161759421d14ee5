package dags

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lambdaRepo has a pipeline of functions, and a DAG that starts it.
var lambdaRepo = map[string]string{
	"universal/Pulumi.universal.yaml": "config:\n  project: ExampleDorc\n  gcp: {project_id: " + project + ", region: europe-west2}\n",
	"infra/Pulumi.prod.yaml":          "config:\n  environment: prod\n  gcp: {composer: {pypi_packages: {apache-airflow-providers-amazon: \"\"}}}\n",
	"src/raw/fetch/load/lambda.py": `def handler(event, context):
    print("loading", event["day"])
    if event["day"] == "never":
        raise ValueError("no such day")
    return event
`,
	"src/raw/orders/dag.yaml": `params: {day: "2024-01-31"}
tasks:
  - identifier: fetch
    kind: {action: lambda, target: raw/fetch}
    options: {arguments: {day: "{{ params.day }}"}}
`,
}

// A task of lambda runs the pipeline of functions that is applied here, by the amazon
// provider's own operators, and fails when that does.
func TestLambda(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Airflow for a minute")
	}
	u := newUser(t, lambdaRepo)
	u.dorc("apply", "universal")
	u.dorc("apply", "infra", "--env", "prod")
	run := []string{"run", "orders", "--layer", "raw", "--env", "prod"}
	said := u.dorc(run...)
	assert.Contains(t, said, "loading 2024-01-31", "the function runs")
	assert.Contains(t, said, "raw__orders succeeded")

	said, err := u.try(u.Context(), append(run, "--input", `{"day": "never"}`)...)
	require.Error(t, err)
	assert.Contains(t, said, "ValueError: no such day")
	assert.Contains(t, said, "fetch.wait failed")
}
