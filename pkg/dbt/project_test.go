package dbt

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
)

const lockText = "dbt-bigquery==1.10.3\ndbt-core==1.10.23\n"

func repo(files map[string]string) fs.FS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// TestProblems holds what people read of a dbt project that is wrong. Each archive
// is a config repo with the dbt project dbt/weather.
func TestProblems(t *testing.T) {
	goldentest.Run(t, "testdata/*.txtar", func(t *testing.T, archive *txtar.Archive) string {
		files := map[string]string{}
		for _, f := range archive.Files {
			if f.Name != goldentest.Want {
				files[f.Name] = string(f.Data)
			}
		}
		p, problems := Read(repo(files), "dbt/weather", "repo")
		if len(problems) == 0 && p.Packages != nil {
			return fmt.Sprintf("it asks for packages: %s\n", p.Packages.Place())
		}
		require.NotEmpty(t, problems)
		return problems.Error() + "\n"
	})
}

func TestRead(t *testing.T) {
	p, problems := Read(repo(map[string]string{
		"dbt/weather/dbt_project.yml":  "name: weather_report\nprofile: my-weather\ntarget-path: \"{{ env_var('T') }}\"\nlog-path: out/logs/\nvars: {x: 1}\nsource-paths: [sql/, more, \"{{ x }}\"]\nseed-paths: []\nmodel-pathz: [x]\non-run-end: [\"{{ log('x') }}\"]\n",
		"dbt/weather/dependencies.yml": "projects: [{name: other}]\n",
		"dbt/requirements.lock":        "# made by a tool\n" + lockText,
		"requirements.txt":             "boto3\n", // of the functions
	}), "dbt/weather", "")
	require.Empty(t, problems)
	lock := p.Lock
	p.Lock = nil
	assert.Equal(t, &Project{Name: "weather", Dir: "dbt/weather", Title: "weather_report", Profile: "my-weather", TargetPath: "target", LogPath: "out/logs", PackagesPath: "dbt_packages",
		Paths: []string{"analyses", "assets", "docs", "functions", "macros", "more", "snapshots", "sql", "tests"}}, p)
	assert.Equal(t, "dbt/requirements.lock", lock.File)
	assert.Equal(t, "1.10.23", lock.Dbt())

	assert.Nil(t, (&Lock{}).CheckVersion("1.0"), "what it lacks is said elsewhere")
	assert.Nil(t, lock.CheckVersion(""))
	assert.Nil(t, lock.CheckVersion("1.10.23"))
	assert.Equal(t, "the task asks for another dbt than the project's image has\n  0.19.1 is asked for, and dbt/requirements.lock:3 pins 1.10.23\n"+
		"  Write version: 1.10.23, or leave it out; or lock the other version.", lock.CheckVersion("0.19.1").Error())
}

// The nearest lock file with dbt in it counts, DOP's last.
func TestFindLock(t *testing.T) {
	pipfile := `{"default": {"dbt-core": {"version": "==0.19.1"}, "dbt-bigquery": {"version": "==0.19.1"}}, "_meta": {"requires": {"python_version": "3.6"}}}`
	files := map[string]string{
		"a/b/requirements.lock": lockText, "a/b/requirements.txt": "dbt-core\n", "a/requirements.txt": lockText,
		"requirements.txt": "boto3==1.0\n", dopFolder + "/Pipfile.lock": pipfile,
	}
	for _, want := range []string{"a/b/requirements.lock", "a/requirements.txt", dopFolder + "/Pipfile.lock"} {
		lock, problems := FindLock(repo(files), "a/b", "")
		if want == "a/requirements.txt" { // that of the folder is no lock file
			require.NotEmpty(t, problems)
			delete(files, "a/b/requirements.txt")
			lock, problems = FindLock(repo(files), "a/b", "")
		}
		require.Empty(t, problems)
		assert.Equal(t, want, lock.File)
		delete(files, want)
	}
	files[dopFolder+"/Pipfile.lock"] = pipfile
	lock, _ := FindLock(repo(files), "a/b", "")
	assert.Equal(t, "3.6", lock.Python)
	assert.Equal(t, "0.19.1", lock.Dbt())
	lock, problems := FindLock(repo(nil), "a/b", "")
	assert.Nil(t, lock)
	assert.Len(t, problems, 1)
}

func TestRequirements(t *testing.T) {
	hash := "sha256:" + strings.Repeat("0a", 32)
	data := "\ufeff--index-url https://example.org/simple\n# by a tool\ndbt_core[a,b]==1.10.23 ; python_version >= '3.9' \\\n    --hash=" + hash + " \\\n    --hash " + hash + "\n    # via me\r\ndbt.BigQuery === 1.10.3+local # why\n"
	lock, problems := readLock(repo(map[string]string{"requirements.txt": data}), "requirements.txt", "")
	require.Empty(t, problems)
	assert.Equal(t, []Package{
		{Name: "dbt-core", Version: "1.10.23", Extras: "a,b", Marker: "python_version >= '3.9'", Hashes: []string{hash, hash}, Line: 3},
		{Name: "dbt-bigquery", Version: "1.10.3+local", Line: 7},
	}, lock.Packages)
	assert.False(t, lock.IsPipfile())
}

// What Pipenv locks becomes pip's format, each package on its own line.
func TestPipfile(t *testing.T) {
	hash := "sha256:" + strings.Repeat("0", 64)
	data := `{
 "_meta": {"requires": {"python_version": "3.8"}, "sources": [{"url": "https://example.org"}]},
 "default": {
  "dbt-core": {"hashes": ["` + hash + `"], "index": "pypi", "version": "==1.0.1"},
  "google_api-core": {"extras": ["grpc"], "markers": "python_version >= '3.6'", "version": "==1.2.3"},

  "dbt-bigquery": {"version": "==1.0.0"}
 },
 "develop": {"black": {"git": "https://example.org"}}
}`
	lock, problems := readLock(repo(map[string]string{"Pipfile.lock": data}), "Pipfile.lock", "")
	require.Empty(t, problems)
	assert.True(t, lock.IsPipfile())
	assert.Equal(t, "\n\n\ndbt-core==1.0.1 --hash="+hash+"\ngoogle-api-core[grpc]==1.2.3 ; python_version >= '3.6'\n\ndbt-bigquery==1.0.0\n", string(lock.Requirements()))
}

func TestUVLock(t *testing.T) {
	data := "version = 1\n[[package]]\nname = \"weather\"\nsource = { virtual = \".\" }\n[[package]]\nname = \"dbt-core\"\nversion = \"1.10.23\"\nsource = { registry = \"https://example.org\" }\n" +
		"[[package]]\nname = \"dbt-bigquery\"\nversion = \"1.10.3\"\n"
	lock, problems := FindLock(repo(map[string]string{"a/uv.lock": data, "a/requirements.txt": "x"}), "a", "")
	require.Empty(t, problems)
	assert.Equal(t, "1.10.23", lock.Dbt())
	assert.Contains(t, lock.CheckVersion("1.0.0").Detail, "a/uv.lock pins 1.10.23")
	for _, bad := range []string{"[[package]]\nname = \"a\"\n", "[[", "version = 1"} {
		_, problems = readLock(repo(map[string]string{"uv.lock": bad}), "uv.lock", "")
		assert.NotEmpty(t, problems)
	}
}

func TestProfiles(t *testing.T) {
	assert.Equal(t, `my-weather:
  target: default
  outputs:
    default:
      type: bigquery
      method: oauth
      project: "{{ env_var('DOP_PROJECT_ID') }}"
      dataset: "{{ env_var('DOP_DBT_SCHEMA', 'my_weather') }}"
      location: "{{ env_var('DOP_LOCATION') }}"
      threads: 4
      impersonate_service_account: "{{ env_var('DOP_DBT_SERVICE_ACCOUNT', '') or none }}"
`, string((&Project{Profile: "my-weather"}).Profiles()))
	assert.Equal(t, "'a: b'", key("a: b"))
}

func TestOwnProfiles(t *testing.T) {
	p, problems := Read(repo(map[string]string{
		"dbt/weather/dbt_project.yml": "name: weather\nprofile: weather\n", "dbt/requirements.txt": lockText,
		"dbt/weather/profiles.yml": "config: {}\nweather:\n  outputs:\n    prod: {type: bigquery, password: \"{{ env_var('X') }}\", token: null}\n",
	}), "dbt/weather", "")
	require.Empty(t, problems)
	assert.True(t, p.OwnProfiles)
}

func FuzzRead(f *testing.F) {
	f.Add("name: a\nprofile: b\n", "a==1 \\\n --hash=x\n", "p: {outputs: {keyfile: x}}", "packages: [a]")
	f.Add("[]", "-r x", "&a [*a]", "packages: 1")
	f.Fuzz(func(t *testing.T, project, lock, profiles, packages string) {
		p, _ := Read(repo(map[string]string{"d/dbt_project.yml": project, "d/requirements.txt": lock, "d/Pipfile.lock": lock, "d/profiles.yml": profiles, "d/packages.yml": packages}), "d", "")
		_ = p.Profiles()
		if p.Lock != nil {
			_ = p.Lock.Requirements()
		}
		if l, _ := readLock(repo(map[string]string{"Pipfile.lock": lock}), "Pipfile.lock", ""); l != nil {
			_ = l.Requirements()
		}
	})
}
