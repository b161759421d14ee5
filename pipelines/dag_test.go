package pipelines_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
)

// dagFiles are a config repo with pipelines of kind dag.
var dagFiles = map[string]string{
	"src/raw/orders/dag.yaml":                        `{schema: shop, tasks: [{identifier: orders, kind: {action: materialization, target: table}}]}`,
	"src/raw/orders/sql/orders.sql":                  "select 1 as id\n",
	"embedded_dop/orchestration/covid/config.yaml":   "schema: covid\ntasks:\n  - identifier: cases\n    kind: {action: materialization, target: table}\n",
	"embedded_dop/orchestration/covid/sql/cases.sql": "select 1 as id\n",
	"src/raw/broken/dag.yaml":                        `{schema: shop, tasks: [{identifier: orders, kind: {action: materialization, target: table}}]}`,
}

func dagStacks() map[string]map[string]any {
	return map[string]map[string]any{
		universalStack: {"gcp_artifacts_bucket": "exampledorc-data-artifacts", "gcp_repository_url": "europe-west2-docker.pkg.dev/exampledorc-data/exampledorc"},
		infraStack:     {"composer_bucket": "europe-west2-exampledorc-1a2b3c4d-bucket", "composer_image_version": "composer-3-airflow-2.10.5-build.15"},
	}
}

func dagArguments(t *testing.T, layer, name string, change map[string]string) *pipelines.Args {
	t.Helper()
	all := maps.Clone(dagFiles)
	maps.Copy(all, change)
	repo := componenttest.Repo(t, all)
	pipeline, err := repo.Pipeline(layer, name)
	require.NoError(t, err)
	return &pipelines.Args{
		Universal: config.Universal{
			Project: "ExampleDorc", NoAWS: true,
			GCP: &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"},
		},
		Environment: config.Environment{Environment: "prod", GCP: &config.GoogleEnvironment{Composer: &config.Composer{}}},
		Repo:        repo, Pipeline: pipeline,
	}
}

func TestCreateDAG(t *testing.T) {
	for name, layer := range map[string]string{"orders": "raw", "covid": "orchestration"} {
		t.Run(name, func(t *testing.T) {
			result, err := create(dagArguments(t, layer, name, nil), dagStacks(), false)
			require.NoError(t, err)
			componenttest.Golden(t, "dag-"+name, result)
		})
	}
}

// A DAG with tasks of dbt names the image of the project, which is built beside it.
func TestCreateDAGWithDbt(t *testing.T) {
	dbt := map[string]string{
		"src/curated/sales/dag.yaml":     "schema: shop\ntasks:\n  - identifier: build\n    kind: {action: dbt, target: build}\n    options: {project: shop}\n",
		"dbt/shop/dbt_project.yml":       "name: shop\nprofile: shop\n",
		"dbt/shop/models/stg.sql":        "select 1 as x\n",
		"dbt/shop/requirements.lock":     "dbt-core==1.10.23\ndbt-bigquery==1.10.3\n",
		"src/curated/unrelated/dag.yaml": dagFiles["src/raw/orders/dag.yaml"], "src/curated/unrelated/sql/orders.sql": "select 1",
	}
	result, err := create(dagArguments(t, "curated", "sales", dbt), dagStacks(), false)
	require.NoError(t, err)
	componenttest.Golden(t, "dag-dbt", result)
	image := result.Find("dorc:image:Image", "dbt-shop")
	require.NotNil(t, image)
	assert.Equal(t, "dbt", image.Inputs["kind"])
	images, _ := result.Find("dorc:artifact:Deployment", "dag").Inputs["dbtImages"].(map[string]any)
	assert.Equal(t, "europe-west2-docker.pkg.dev/exampledorc-data/exampledorc/dbt-shop@sha256:"+strings.Repeat("0", 64), images["shop"])
	_, err = create(dagArguments(t, "curated", "sales", dbt), dagStacks(), true)
	require.NoError(t, err, "a plan does not know the image yet")
}

// A plan shows a change exactly when what is compiled changes.
func TestDAGContentHash(t *testing.T) {
	hash := func(change map[string]string) any {
		result, err := create(dagArguments(t, "raw", "orders", change), dagStacks(), true)
		require.NoError(t, err)
		return result.Find("dorc:artifact:Deployment", "dag").Inputs["contentHash"]
	}
	one := hash(nil)
	assert.Equal(t, one, hash(map[string]string{"src/raw/orders/dag.yaml": "# A comment.\n" + dagFiles["src/raw/orders/dag.yaml"]}))
	assert.Equal(t, one, hash(map[string]string{"src/raw/other/dag.yaml": dagFiles["src/raw/orders/dag.yaml"], "src/raw/other/sql/orders.sql": "select 2"}))
	assert.NotEqual(t, one, hash(map[string]string{"src/raw/orders/sql/orders.sql": "select 2 as id\n"}))
}

func TestDAGRefused(t *testing.T) {
	_, err := create(dagArguments(t, "raw", "broken", nil), dagStacks(), false)
	require.ErrorContains(t, err, "src/raw/broken/dag.yaml:1:")

	a := dagArguments(t, "raw", "orders", nil)
	a.Environment.GCP = nil
	_, err = create(a, dagStacks(), false)
	require.ErrorContains(t, err, "a pipeline of kind dag needs Cloud Composer, which the environment prod does not have")

	a.Universal.GCP = nil
	_, err = create(a, dagStacks(), false)
	require.ErrorContains(t, err, "a pipeline of kind dag needs Google Cloud")

	for _, missing := range []string{"composer_bucket", "composer_image_version", "gcp_artifacts_bucket"} {
		stacks := dagStacks()
		for _, outputs := range stacks {
			delete(outputs, missing)
		}
		result, err := create(dagArguments(t, "raw", "orders", nil), stacks, false)
		require.ErrorContains(t, err, "has no output "+missing)
		assert.Nil(t, result.Find("dorc:artifact:Deployment", "dag"))
	}
}
