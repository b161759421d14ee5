package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/local/run/container"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// fakeEngine writes down how it is called. It has the containers that are in the file
// "there" beside it.
func fakeEngine(t *testing.T) (program string, asked func() string) {
	t.Helper()
	dir := t.TempDir()
	program = filepath.Join(dir, "docker")
	require.NoError(t, os.WriteFile(program, []byte(`#!/bin/sh
echo "$*" >> `+dir+`/asked
for word; do case "$word" in --env-file=*) cat "${word#--env-file=}" > `+dir+`/variables;; esac; done
case "$1" in ps) cat `+dir+`/there 2>/dev/null || true;; rm) rm -f `+dir+`/there;; esac
`), 0o755))
	return program, func() string {
		data, err := os.ReadFile(filepath.Join(dir, "asked"))
		require.NoError(t, err)
		return string(data)
	}
}

func TestAirflowWrap(t *testing.T) {
	program, asked := fakeEngine(t)
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(certificate, nil, 0o600))
	c := &airflowContainers{
		engine: container.At("docker", program), Containers: airflow.Containers{Prefix: airflowPrefix("/project/.dorc/airflow/dev")},
		image: AirflowImage{Name: "dorc.local/airflow:1"}, bytecode: "/cache/bytecode",
		mounts: []container.Mount{{Path: "/home/dev"}, {Path: "/bucket", ReadOnly: true}},
	}
	assert.Regexp(t, `^dorc-airflow-[0-9a-f]{12}-$`, c.Prefix)
	assert.NotEqual(t, c.Prefix, airflowPrefix("/project/.dorc/airflow/prod"), "environments have containers of their own")

	wrapped, err := c.wrap(t.Context(), airflow.Scheduler, &process.Program{
		Argv: []string{"/opt/airflow/bin/airflow", "scheduler"}, Dir: "/home/dev",
		Environment: []string{"AIRFLOW_HOME=/home/dev", "AIRFLOW__API__SECRET_KEY=a=canary", "PATH=/mine", "SSL_CERT_DIR=/etc/ssl", "PYTHONDONTWRITEBYTECODE=1",
			"SSL_CERT_FILE=" + certificate, "REQUESTS_CA_BUNDLE=/nowhere"},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{program, "start", "--attach", c.Prefix + "scheduler"}, wrapped.Argv)
	assert.Equal(t, os.Environ(), wrapped.Environment, "the engine's program has this machine's variables")
	variables, err := os.ReadFile(filepath.Join(filepath.Dir(program), "variables"))
	require.NoError(t, err)
	got := strings.Split(strings.TrimSpace(string(variables)), "\n")
	assert.ElementsMatch(t, []string{
		"AIRFLOW_HOME=/home/dev", "AIRFLOW__API__SECRET_KEY=a=canary", "SSL_CERT_FILE=" + certificate, "PYTHONPYCACHEPREFIX=/cache/bytecode",
		"USER=" + container.User(), "LOGNAME=" + container.User(),
	}, got)
	said := asked()
	assert.NotContains(t, said, "canary")
	for _, want := range []string{" --mount=type=bind,src=/home/dev,dst=/home/dev ", " --mount=type=bind,src=/bucket,dst=/bucket,readonly ",
		" --mount=type=bind,src=" + certificate + ",dst=" + certificate + ",readonly ", " --entrypoint=/opt/airflow/bin/airflow dorc.local/airflow:1 scheduler\n"} {
		assert.Contains(t, said, want)
	}

	// A folder of its own is mounted besides, as for the database.
	_, err = c.wrap(t.Context(), airflow.Database, &process.Program{Argv: []string{"airflow", "db", "migrate"}, Dir: "/cache/new-1"})
	require.NoError(t, err)
	assert.Contains(t, asked(), " --mount=type=bind,src=/cache/new-1,dst=/cache/new-1 ")
	assert.Len(t, c.mounts, 2)
}

// What a killed dorc left is removed, and nothing else is asked of an engine.
func TestSweepAirflow(t *testing.T) {
	home := t.TempDir()
	swept, err := SweepAirflow(t.Context(), home)
	require.NoError(t, err)
	assert.False(t, swept, "there was none")

	server := airflow.Server{Home: home, Python: airflow.Python{Version: "2.10.5"}}
	require.NoError(t, server.Keep())
	swept, err = SweepAirflow(t.Context(), home)
	require.NoError(t, err)
	assert.False(t, swept, "it was in no containers")

	program, asked := fakeEngine(t)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(program), "there"), []byte("one\n"), 0o600))
	server.Containers = &airflow.Containers{Engine: "docker", Program: program, Prefix: "dorc-airflow-1-"}
	require.NoError(t, server.Keep())
	number := filepath.Join(home, "airflow-webserver.pid")
	require.NoError(t, os.WriteFile(number, []byte("7"), 0o600))
	swept, err = SweepAirflow(t.Context(), home)
	require.NoError(t, err)
	assert.True(t, swept)
	assert.Contains(t, asked(), "rm --force --volumes one\n")
	assert.NoFileExists(t, number, "the number is another process's next time")
	last, err := airflow.Last(home)
	require.NoError(t, err)
	assert.Nil(t, last.Containers)
	assert.Equal(t, os.Getpid(), last.PID, "whoever holds the home does not forget itself")

	// An engine that does not answer is told of.
	server.Containers.Program = filepath.Join(home, "gone")
	require.NoError(t, server.Keep())
	_, err = SweepAirflow(t.Context(), home)
	require.ErrorContains(t, err, "its containers cannot be removed")
}

func TestAirflowNeedsAnEngine(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findAirflowEngine(t.Context())
	require.ErrorContains(t, err, "no container engine was found to run Airflow in")
	assert.ErrorContains(t, err, "run without --docker")
}
