package source_test

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const weather = "dbt/weather/"

func dbtFiles(more map[string]string) map[string]string {
	all := map[string]string{
		"src/README.md":                  "",
		weather + "dbt_project.yml":      "name: weather\nprofile: weather\n",
		weather + "models/stg.sql":       "select 1 as x\n",
		weather + "tests/singular.sql":   "select 1 where false\n",
		weather + "target/manifest.json": "{}",
		weather + "logs/dbt.log":         "x",
		weather + ".gitignore":           "*.bak\n",
		weather + ".dockerignore":        "notes/\n",
		weather + "notes/a.md":           "x",
		weather + "old.bak":              "x",
		weather + "README.md":            "# Weather\n",
		"dbt/requirements.lock":          "dbt-core==1.10.23\ndbt-bigquery==1.10.3\n",
		"requirements.txt":               "tabulate==0.9.0\n",
	}
	maps.Copy(all, more)
	return all
}

// dbtOf is the source of the image of the repo's only dbt project.
func dbtOf(t *testing.T, files map[string]string) source.Source {
	t.Helper()
	repo := componenttest.Repo(t, files)
	require.Len(t, repo.DbtProjects, 1)
	settings, err := source.DbtSettings(config.Universal{})
	require.NoError(t, err)
	return source.Source{Repo: repo, Kind: source.KindDbt, Dbt: repo.DbtProjects[0], Settings: settings}
}

func contentOf(t *testing.T, s *source.Snapshot, name string) string {
	t.Helper()
	for _, f := range s.Files {
		if f.Name == name {
			var b bytes.Buffer
			require.NoError(t, f.CopyTo(&b))
			return b.String()
		}
	}
	t.Fatalf("no %s", name)
	return ""
}

func TestDbtFiles(t *testing.T) {
	s := dbtOf(t, dbtFiles(nil))
	path, err := s.ContextPath()
	require.NoError(t, err)
	assert.Equal(t, "dbt/weather", path)
	assert.Equal(t, "dbt project weather", s.Owner())
	assert.Equal(t, "/dbt", s.Root())
	assert.Equal(t, "/dbt/weather", source.DbtProject("weather"))
	got := snapshot(t, s)
	assert.Equal(t, []string{"profiles/profiles.yml", "weather/dbt_project.yml", "weather/models/stg.sql", "weather/tests/singular.sql"}, namesOf(got.Files),
		"neither what dbt writes, nor what git or .dockerignore leaves out")
	assert.Equal(t, []string{"dbt/requirements.lock"}, got.Requirements.Roots, "that of functions is not its own")
	assert.Equal(t, "1.10.23", got.Project.Lock.Dbt())
	assert.Contains(t, contentOf(t, got, "profiles/profiles.yml"), "method: oauth")
	assert.Equal(t, "python:3.11-slim", s.Settings.Base)

	own := "weather:\n  outputs: {prod: {type: bigquery, method: oauth}}\n"
	got = snapshot(t, dbtOf(t, dbtFiles(map[string]string{weather + "profiles.yml": own})))
	assert.Equal(t, own, contentOf(t, got, "profiles/profiles.yml"))
	assert.NotContains(t, namesOf(got.Files), "weather/profiles.yml")
}

// Each change shows in exactly the hashes that it concerns.
func TestDbtHashes(t *testing.T) {
	first := snapshot(t, dbtOf(t, dbtFiles(nil))).Hashes()
	for file, want := range map[string]struct{ code, requirements bool }{
		weather + "models/stg.sql":       {code: true},
		weather + "models/new.sql":       {code: true},
		weather + "macros/m.sql":         {code: true},
		weather + "dbt_project.yml":      {code: true},
		"dbt/requirements.lock":          {requirements: true},
		weather + "target/manifest.json": {},
		weather + "logs/dbt.log":         {},
		weather + "notes/a.md":           {},
		weather + "README.md":            {},
		"requirements.txt":               {},
		"src/README.md":                  {},
	} {
		files := dbtFiles(nil)
		files[file] += "# changed\n"
		got := snapshot(t, dbtOf(t, files)).Hashes()
		assert.Equal(t, want.code, got.Code != first.Code, file)
		assert.Equal(t, want.requirements, got.Requirements != first.Requirements, file)
	}
	profile := dbtFiles(map[string]string{weather + "dbt_project.yml": "name: weather\nprofile: other\n"})
	assert.NotEqual(t, first.Code, snapshot(t, dbtOf(t, profile)).Hashes().Code)
}

// A project in one folder with the pipeline that runs it, and one in the repo's root.
func TestDbtElsewhere(t *testing.T) {
	got := snapshot(t, dbtOf(t, map[string]string{
		"src/curated/report/dag.yaml": "tasks: []\n", "src/curated/report/sql/a.sql": "", "src/curated/report/warehouse/dbt_project.yml": "name: w\nprofile: w\n",
		"src/curated/report/warehouse/dag.yaml": "x", "src/curated/report/warehouse/sql/a.sql": "x", "src/curated/report/warehouse/models/m.sql": "x",
		"src/curated/report/warehouse/requirements.txt": "dbt-core==1.10.23\ndbt-bigquery==1.10.3\n",
	}))
	assert.Equal(t, []string{"profiles/profiles.yml", "warehouse/dbt_project.yml", "warehouse/models/m.sql"}, namesOf(got.Files))

	got = snapshot(t, dbtOf(t, map[string]string{
		"dbt_project.yml": "name: whole\nprofile: w\nmodel-paths: [transform]\n", "requirements.txt": "dbt-core==1.10.23\ndbt-bigquery==1.10.3\n",
		"transform/a.sql": "x", "models/b.sql": "x", "macros/m.sql": "x", "infra/Pulumi.dev.yaml": "config: {}", "selectors.yml": "selectors: []", "Makefile": "x", "src/README.md": "",
	}))
	assert.Equal(t, []string{"profiles/profiles.yml", "whole/dbt_project.yml", "whole/macros/m.sql", "whole/selectors.yml", "whole/transform/a.sql"}, namesOf(got.Files))
}

func TestDbtPackages(t *testing.T) {
	asks := map[string]string{weather + "packages.yml": "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n"}
	_, err := dbtOf(t, dbtFiles(asks)).Snapshot()
	require.ErrorContains(t, err, "packages.yml:1:1: the packages of others that the dbt project needs are not in the config repo")
	require.ErrorContains(t, err, "Run dbt deps in ")

	asks[weather+"dbt_packages/dbt_utils/dbt_project.yml"] = "name: dbt_utils\n"
	assert.Contains(t, namesOf(snapshot(t, dbtOf(t, dbtFiles(asks))).Files), "weather/dbt_packages/dbt_utils/dbt_project.yml")
	asks[weather+".gitignore"] = "dbt_packages/\n"
	_, err = dbtOf(t, dbtFiles(asks)).Snapshot()
	require.ErrorContains(t, err, "is not there, or is ignored")
}

func TestDbtRefusals(t *testing.T) {
	for file, test := range map[string]struct{ content, want string }{
		weather + "dbt_project.yml":  {"name: weather\n", "dbt_project.yml:1:1: the dbt project has no profile"},
		weather + "seeds/key.json":   {`{"type": "service_account", "private_key": "-----BEGIN PRIVATE` + ` KEY-----\n"}`, "an image has no keys"},
		"dbt/requirements.lock":      {"dbt-core==1.4.9\ndbt-bigquery==1.4.9\n", "requirements.lock: this dbt is too old for an image"},
		weather + "requirements.txt": {"dbt-core\n", "a package is not pinned to a version"},
		weather + "uv.lock":          {"[[package]]\nname = \"dbt-core\"\nversion = \"1.10.0\"\n[[package]]\nname = \"dbt-bigquery\"\nversion = \"1.10.0\"\n", "pyproject.toml: the file cannot be read"},
	} {
		_, err := dbtOf(t, dbtFiles(map[string]string{file: test.content})).Snapshot()
		require.ErrorContains(t, err, test.want, file)
	}
	files := map[string]string{}
	for name, content := range dbtFiles(nil) {
		files[strings.Replace(name, weather, "dbt/profiles/", 1)] = content
	}
	_, err := dbtOf(t, files).Snapshot()
	require.ErrorContains(t, err, "a dbt project cannot be called profiles")
}
