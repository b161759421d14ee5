package run

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run/kubernetes"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
)

// sayer is a package whose command tells how it was started. It writes where dbt would.
const sayer = `import json, os, pathlib, subprocess, sys

class Cli:
    def main(self):
        target = pathlib.Path(os.environ["DBT_TARGET_PATH"])
        target.mkdir(parents=True)
        (target / "manifest.json").write_text("{}")
        if sys.argv[1:2] == ["fail"]:
            return 3
        print(json.dumps({"argv": sys.argv, "cwd": os.getcwd(), "project": (pathlib.Path(sys.argv[2]) / "dbt_project.yml").read_text(), "env": dict(os.environ)}))

cli = Cli()
`

const podSite = "usr/local/lib/python3.12/site-packages/"

// podImage is an image as pkg/image makes them of dbt projects, for a Python of this machine.
func (w *world) podImage(t *testing.T, version string) string {
	t.Helper()
	image := thin(t, map[string]string{labelCode: "/dbt", "dev.dorc.python": version, "dev.dorc.site-packages": "/" + strings.TrimSuffix(podSite, "/")},
		map[string]string{podSite + "sayer.py": sayer, podSite + "sayer-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: sayer\nVersion: 1.0\n",
			podSite + "sayer-1.0.dist-info/entry_points.txt": "[other]\nnope = os:abort\n[console_scripts]\ndbt = sayer:cli.main\nbad name = x:y\n../up = x:y\n"},
		map[string]string{"dbt/weather/dbt_project.yml": "name: weather\n", "dbt/profiles/profiles.yml": "weather: {}\n"})
	config, err := image.ConfigFile()
	require.NoError(t, err)
	config = config.DeepCopy()
	config.Config.Entrypoint, config.Config.Cmd, config.Config.WorkingDir = []string{"dbt"}, nil, "/dbt/weather"
	config.Config.Env = []string{"DBT_TARGET_PATH=/tmp/dbt/target", "DBT_PROFILES_DIR=/dbt/profiles", "HOME=/tmp", "PATH=/usr/local/bin"}
	image, err = mutate.ConfigFile(v1.Image(image), config)
	require.NoError(t, err)
	return "europe-west2-docker.pkg.dev/exampledorc-data/exampledorc/dbt-weather@" + w.pushImage("exampledorc-data/exampledorc/dbt-weather", image)
}

func (w *world) pod(t *testing.T, c kubernetes.Container, variables map[string]string) (said []string, ending string) {
	t.Helper()
	c.Pod = "run-1"
	program, err := w.runner.PodProgram(t.Context(), c, variables, func(string) {})
	require.NoError(t, err)
	ending, err = process.Run(t.Context(), program, nil, func(line string) { said = append(said, line) })
	require.NoError(t, err)
	require.NoError(t, program.Close())
	left, err := filepath.Glob(filepath.Join(w.store.Layout().Cache("tmp"), "pod-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	return said, ending
}

func TestPodProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a Python environment")
	}
	found, err := python.Find(t.Context(), "", "3.11")
	if err != nil {
		t.Skipf("no Python: %v", err)
	}
	w := newWorld(t)
	image := w.podImage(t, found.MinorVersion())
	said, ending := w.pod(t, kubernetes.Container{
		Image: image, Command: []string{"dbt", "--no-use-colors"}, Args: []string{"/dbt/weather", "--profiles-dir=/dbt/profiles", "a b", "$(id)"},
		Environment: map[string]string{"DOP_PROJECT_ID": "acme", "DOP_DBT_SERVICE_ACCOUNT": "dbt@acme.iam.gserviceaccount.com", "BIGQUERY_EMULATOR_HOST": "the pod's"},
	}, map[string]string{"BIGQUERY_EMULATOR_HOST": "http://127.0.0.1:9050"})
	require.Empty(t, ending, said)
	var told struct {
		Argv         []string
		Cwd, Project string
		Env          map[string]string
	}
	require.NoError(t, json.Unmarshal([]byte(strings.Join(said, "")), &told))
	here := filepath.Dir(told.Argv[2])
	assert.Equal(t, []string{"dbt", "--no-use-colors", filepath.Join(here, "weather"), "--profiles-dir=" + filepath.Join(here, "profiles"), "a b", "$(id)"}, told.Argv)
	assert.Equal(t, "name: weather\n", told.Project)
	assert.Equal(t, filepath.Join(here, "weather"), told.Cwd)
	assert.Equal(t, filepath.Join(here, "profiles"), told.Env["DBT_PROFILES_DIR"])
	assert.Equal(t, "acme", told.Env["DOP_PROJECT_ID"])
	assert.Equal(t, "http://127.0.0.1:9050", told.Env["BIGQUERY_EMULATOR_HOST"])
	assert.Empty(t, told.Env["DOP_DBT_SERVICE_ACCOUNT"], "nobody is impersonated here")
	assert.NotEqual(t, "/tmp/dbt/target", told.Env["DBT_TARGET_PATH"])
	assert.NotEqual(t, "/tmp", told.Env["HOME"])
	entries, err := os.ReadDir(filepath.Join(here, "weather"))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is written among the image's files")

	// The image's own entry point, a failure, Python, and a command of a command.
	_, ending = w.pod(t, kubernetes.Container{Image: image, Args: []string{"fail"}}, nil)
	assert.Equal(t, "exit code 3", ending)
	said, ending = w.pod(t, kubernetes.Container{Image: image, Command: []string{"python", "-c", "import sayer, subprocess, sys; print(sys.prefix != sys.base_prefix); sys.exit(subprocess.run(['dbt', 'fail']).returncode)"}}, nil)
	assert.Equal(t, []string{"True"}, said)
	assert.Equal(t, "exit code 3", ending)

	for _, bad := range []struct {
		c    kubernetes.Container
		want string
	}{
		{kubernetes.Container{Image: image, Command: []string{"/bin/bash", "-c", "dbt"}}, `pod run-1: its command does not run here`},
		{kubernetes.Container{Image: image, Command: []string{".."}}, "its command does not run here"},
		{kubernetes.Container{Image: "dbt-weather"}, "it has no image that can be run"},
		{kubernetes.Container{Image: strings.Split(image, "@")[0] + "@sha256:" + strings.Repeat("0", 64)}, "its image cannot be used"},
	} {
		bad.c.Pod = "run-1"
		_, err := w.runner.PodProgram(t.Context(), bad.c, nil, func(string) {})
		assert.ErrorContains(t, err, bad.want)
	}
}
