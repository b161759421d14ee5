package content_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/content"
)

func dagRepo(t *testing.T, text string) *configrepo.Repo {
	t.Helper()
	root := t.TempDir()
	for _, f := range txtar.Parse([]byte(text)).Files {
		at := filepath.Join(root, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, f.Data, 0o600))
	}
	t.Chdir(root)
	repo, problems := configrepo.Load(".", "")
	require.Empty(t, problems)
	return repo
}

// What a DAG names is what the repo has, and links inside the repo are followed.
func TestDAGs(t *testing.T) {
	repo := dagRepo(t, `
-- src/raw/weather/dag.yaml --
schema: s
tasks:
  - {identifier: a, kind: {action: materialization, target: table}}
  - {identifier: b, kind: {action: dbt, target: run}, options: {project: start}}
  - {identifier: c, kind: {action: dataflow, target: raw/flights}}
  - {identifier: d, kind: {action: dbt, target: run}, options: {project: stat}}
  - {identifier: e, kind: {action: workflow, target: raw/flights}}
-- shared/a.sql --
SELECT 1
-- start/dbt_project.yml --
name: start
profile: start
-- src/raw/flights/pipeline.beam.yaml --
`)
	require.NoError(t, os.Symlink("../../../shared", "src/raw/weather/sql"))
	reader, err := content.NewDAGs(repo)
	require.NoError(t, err)
	defer reader.Close()
	p, err := repo.Pipeline("raw", "weather")
	require.NoError(t, err)
	d, problems := reader.Read(p)
	require.Len(t, problems, 2)
	assert.Equal(t, "src/raw/weather/dag.yaml:6:74: there is no dbt project \"stat\"\n  dbt projects of the config repo: start\n  Did you mean \"start\"?", problems[0].Error())
	assert.Equal(t, "src/raw/weather/dag.yaml:7:54: the pipeline \"raw/flights\" is of another kind\n  it is of kind dataflow; the action workflow starts those of kind workflow\n  Write action: dataflow", problems[1].Error())
	assert.Equal(t, "SELECT 1\n", d.Tasks[0].SQL)

	other, err := repo.Pipeline("raw", "flights")
	require.NoError(t, err)
	none, problems := reader.Read(other)
	assert.Nil(t, none)
	assert.Empty(t, problems)
}

// A link may lead elsewhere in the repo.
func TestDAGLink(t *testing.T) {
	repo := dagRepo(t, `
-- shared/orders.sql --
SELECT 7
-- src/raw/weather/dag.yaml --
schema: s
tasks: [{identifier: a, kind: {action: materialization, target: table}}]
-- src/raw/weather/sql/b.sql --
SELECT 1
`)
	require.NoError(t, os.Symlink("../../../../shared/orders.sql", "src/raw/weather/sql/a.sql"))
	reader, err := content.NewDAGs(repo)
	require.NoError(t, err)
	defer reader.Close()
	d, problems := reader.Read(repo.Pipelines[0])
	require.Empty(t, problems)
	assert.Equal(t, "SELECT 7\n", d.Tasks[0].SQL)
}

// What lies outside the repo is not read.
func TestDAGOutside(t *testing.T) {
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "a.sql"), []byte("SELECT 1"), 0o600))
	repo := dagRepo(t, `
-- src/raw/weather/dag.yaml --
schema: s
tasks: [{identifier: a, kind: {action: materialization, target: table}}]
`)
	require.NoError(t, os.Symlink(outside, "src/raw/weather/sql"))
	reader, err := content.NewDAGs(repo)
	require.NoError(t, err)
	defer reader.Close()
	_, problems := reader.Read(repo.Pipelines[0])
	require.Len(t, problems, 2)
	assert.Contains(t, problems[0].Error(), "src/raw/weather/dag.yaml:2:")
	assert.Contains(t, problems[1].Error(), "src/raw/weather/sql: the folder cannot be read\n  path escapes from parent")
}

// A version of dbt is held against the lock file that the project's image is made of. In
// a file of DOP, as its own example has it, another one is a warning.
func TestDAGDbtVersion(t *testing.T) {
	repo := dagRepo(t, `
-- src/raw/weather/dag.yaml --
tasks:
  - {identifier: a, kind: {action: dbt, target: run}, options: {project: start, version: 1.9.4}}
  - {identifier: b, kind: {action: dbt, target: run}, options: {project: start, version: 1.10.23}}
  - {identifier: c, kind: {action: dbt, target: run}, options: {project: start}}
  - {identifier: d, kind: {action: dbt, target: run}, options: {project: bare, version: 1.9.4}}
-- src/raw/off/dag.yaml --
enabled: false
tasks:
  - {identifier: a, kind: {action: dbt, target: run}, options: {project: start, version: 1.9.4}}
-- embedded_dop/orchestration/old/config.yaml --
tasks:
  - {identifier: a, kind: {action: dbt, target: run}, options: {project: start, version: 1.9.4}}
-- dbt/start/dbt_project.yml --
name: start
profile: start
-- dbt/start/requirements.lock --
dbt-bigquery==1.10.3
dbt-core==1.10.23
-- bare/dbt_project.yml --
name: bare
profile: bare
`)
	reader, err := content.NewDAGs(repo)
	require.NoError(t, err)
	defer reader.Close()
	const said = ": the task asks for another dbt than the project's image has\n" +
		"  1.9.4 is asked for, and dbt/start/requirements.lock:2 pins 1.10.23\n" +
		"  Write version: 1.10.23, or leave it out; or lock the other version."
	for _, name := range []struct{ layer, name, refused, warned string }{
		{"raw", "weather", "src/raw/weather/dag.yaml:2:90" + said, ""},
		{"raw", "off", "", "src/raw/off/dag.yaml:3:90" + said},
		{"orchestration", "old", "", "embedded_dop/orchestration/old/config.yaml:2:90" + said},
	} {
		p, err := repo.Pipeline(name.layer, name.name)
		require.NoError(t, err)
		d, problems := reader.Read(p)
		assert.Equal(t, name.refused, problems.Error(), name.name)
		assert.Equal(t, name.warned, d.Warnings.Error(), name.name)
	}
}
