package configrepo_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
)

func TestDAG(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{
		"src/raw/weather/dag.yaml", "src/raw/weather/sql/a.sql", "src/raw/moved/config.yaml", "src/raw/bare/dag.yaml",
	} {
		write(t, root, file, "")
	}
	write(t, root, "src/raw/moved/pipeline.yaml", "kind: dag\ndescription: As DOP had it.\n")
	repo, problems := configrepo.Load(root, "")
	require.Empty(t, problems)
	require.Len(t, repo.Pipelines, 3)
	dir := func(name string) string { return filepath.Join(root, "src/raw", name) }
	for _, p := range repo.Pipelines {
		assert.Equal(t, definition.KindDag, p.Definition.Kind)
	}
	assert.Equal(t, &configrepo.DAGFiles{File: dir("bare/dag.yaml")}, repo.Pipelines[0].DAG)
	assert.Equal(t, &configrepo.DAGFiles{File: dir("moved/config.yaml"), DOP: true}, repo.Pipelines[1].DAG)
	assert.Equal(t, "As DOP had it.", repo.Pipelines[1].Definition.Description)
	assert.Equal(t, &configrepo.DAGFiles{File: dir("weather/dag.yaml"), SQL: dir("weather/sql")}, repo.Pipelines[2].DAG)
}

// A service project of DOP is a config repo as it is: it has no source folder.
func TestServiceProject(t *testing.T) {
	for _, folder := range []string{"embedded_dop/orchestration", "orchestration"} {
		t.Run(folder, func(t *testing.T) {
			root := t.TempDir()
			write(t, root, folder+"/covid/config.yaml", "")
			write(t, root, folder+"/covid/sql/a.sql", "")
			write(t, root, folder+"/moved/dag.yaml", "")
			write(t, root, folder+"/empty/README.md", "")
			repo, problems := configrepo.Load(root, "")
			require.Empty(t, problems)
			require.Len(t, repo.Pipelines, 2)
			p := repo.Pipelines[0]
			assert.Equal(t, "orchestration/covid", p.ID())
			assert.Equal(t, filepath.Join(root, folder, "covid"), p.Dir)
			assert.Equal(t, definition.KindDag, p.Definition.Kind)
			assert.Equal(t, &configrepo.DAGFiles{File: filepath.Join(p.Dir, "config.yaml"), DOP: true, SQL: filepath.Join(p.Dir, "sql")}, p.DAG)
			assert.False(t, repo.Pipelines[1].DAG.DOP)

			found, err := configrepo.Find(p.Dir, "")
			require.NoError(t, err)
			assert.Equal(t, root, found)
		})
	}
}

// A folder of layers that is called as DOP's folder of DAGs is the former.
func TestSourceFolderOrchestration(t *testing.T) {
	root := t.TempDir()
	write(t, root, "orchestration/raw/config.yaml", "")
	write(t, root, "orchestration/raw/weather/dag.yaml", "")
	repo, problems := configrepo.Load(root, "orchestration")
	require.Empty(t, problems)
	require.Len(t, repo.Pipelines, 1)
	assert.Equal(t, "raw/weather", repo.Pipelines[0].ID())
}

func TestDbtProjects(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{
		"start", "dbt/deep/in/it", "src/raw/weather", "src/raw/dag/models_of_it", "src/layer",
		// None of these count.
		".hidden/a", "node_modules/b", "start/dbt_packages/c", "start/integration_tests", "ignored/d", "src/raw/functions/clean/e", "venv/f",
	} {
		write(t, root, folder+"/dbt_project.yml", "name: n\nprofile: p\n")
	}
	write(t, root, ".gitignore", "ignored/\n")
	write(t, root, "venv/pyvenv.cfg", "")
	write(t, root, "src/raw/functions/clean/lambda.py", "")
	write(t, root, "src/raw/dag/dag.yaml", "")
	write(t, root, "start/dbt_project.yml", "name: n\nversion: 1.0\n")
	write(t, root, "start/requirements.txt", "dbt-bigquery==1.9.4\n")
	write(t, root, "start/uv.lock", "")
	write(t, root, "ignored/named/dbt_project.yml", "profile: x")
	write(t, root, "embedded_dop/executor_config/dbt/config.yaml", "dbt_projects: [{project_path: start}, {project_path: ignored/named}]")
	write(t, root, "embedded_dop/executor_config/dbt/Pipfile.lock", "{}")
	repo, problems := configrepo.Load(root, "")
	require.Empty(t, problems)
	pipfile := filepath.Join(root, "embedded_dop/executor_config/dbt/Pipfile.lock")
	project := func(name, path, profile, lock string) *configrepo.DbtProject {
		return &configrepo.DbtProject{Name: name, Path: path, Dir: filepath.Join(root, path), Profile: profile, LockFile: lock}
	}
	assert.Equal(t, []*configrepo.DbtProject{
		project("it", "dbt/deep/in/it", "p", pipfile),
		project("layer", "src/layer", "p", pipfile),
		project("models_of_it", "src/raw/dag/models_of_it", "p", pipfile),
		project("named", "ignored/named", "x", pipfile),
		project("start", "start", "", filepath.Join(root, "start/uv.lock")),
		project("weather", "src/raw/weather", "p", pipfile),
	}, repo.DbtProjects)
	found, ok := repo.Dbt("dbt/deep/in/it")
	require.True(t, ok)
	assert.Equal(t, "it", found.Name)
	_, ok = repo.Dbt("none")
	assert.False(t, ok)
}

func TestDbtProjectInRoot(t *testing.T) {
	root := t.TempDir()
	write(t, root, "dbt_project.yml", "name: shop\nprofile: p\n")
	write(t, root, "src/raw/a/dag.yaml", "")
	repo, problems := configrepo.Load(root, "")
	require.Empty(t, problems)
	require.Len(t, repo.DbtProjects, 1)
	assert.Equal(t, "shop", repo.DbtProjects[0].Name)
	assert.Equal(t, ".", repo.DbtProjects[0].Path)
}
