package dags

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/weathertest"
)

// small is a DAG of dorc's own tasks and an operator, and what belongs to it.
var small = map[string]string{
	"universal/Pulumi.universal.yaml": `config:
  project: ExampleDorc
  region: eu-west-2
  gcp: {project_id: ` + project + `, region: europe-west2, apis: [bigquery.googleapis.com]}
`,
	"infra/Pulumi.dev.yaml": `config:
  environment: dev
  gcp:
    composer: {size: small, image_version: composer-3-airflow-3.1.7-build.2}
`,
	"src/processed-to-curated/small/dag.yaml": `dag_id: small
schema: cities
params: {city: Athens}
tasks:
  - {identifier: cities, kind: {action: materialization, target: schema}}
  - {identifier: names, kind: {action: materialization, target: table}, dependencies: [cities]}
  - {identifier: one_name, kind: {action: assertion, target: assertion}, dependencies: [names]}
  - identifier: greeting
    kind: {action: airflow_operator, target: airflow.providers.standard.operators.bash.BashOperator}
    options: {arguments: {bash_command: "echo hello to {{ params.city }}"}}
    dependencies: [one_name]
`,
	"src/processed-to-curated/small/sql/names.sql":    `SELECT {{ literal("city") }} AS name`,
	"src/processed-to-curated/small/sql/one_name.sql": "SELECT COUNT(*) = 1 AS success, 'one name' AS description FROM `" + project + ".cities.names`",
}

// A DAG runs on Airflow 3 too, with a Variable that its user gives.
func TestAirflow3(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Airflow for minutes")
	}
	u := newUser(t, small)
	u.dorc("apply", "universal")
	u.dorc("apply", "infra", "--env", "dev", "--only")
	u.dorc("apply", "small", "--env", "dev")
	t.Setenv("AIRFLOW_VAR_SMALL.CITY", "Seattle")
	said := u.dorc("run", "small", "--env", "dev")
	for _, task := range []string{"cities", "names", "one_name", "greeting"} {
		assert.Contains(t, said, "< "+task+" ")
	}
	assert.Contains(t, said, "hello to Seattle")
	s := u.bigQuery()
	rows, err := weathertest.Fetch(t.Context(), s.URL(), project, "cities.names", []string{"name"})
	require.NoError(t, errors.Join(err, s.Stop(t.Context())))
	assert.Equal(t, [][]string{{"Seattle"}}, rows)
}

// write puts files below a folder.
func (u *user) write(folder string, files map[string]string) {
	u.Helper()
	for name, text := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(u, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(u, os.WriteFile(file, []byte(text), 0o755))
	}
}
