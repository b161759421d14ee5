package container

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// recorder is an engine that writes down how it is called, and what it is given.
func recorder(t *testing.T, answer string) (e *Engine, asked func() string) {
	t.Helper()
	dir := t.TempDir()
	program(t, dir, "docker", `printf '%s\n' "$*" >> `+dir+`/asked
for word; do case "$word" in --env-file=*) cat "${word#--env-file=}" > `+dir+`/file; echo "$word" > `+dir+`/where;; esac; done
env > `+dir+`/environment
`+answer)
	return &Engine{Name: "docker", program: filepath.Join(dir, "docker")}, func() string {
		data, err := os.ReadFile(filepath.Join(dir, "asked"))
		require.NoError(t, err)
		return string(data)
	}
}

func TestCreate(t *testing.T) {
	const canary = "canary 8f$1 #x"
	e, asked := recorder(t, "")
	argv, err := e.Create(context.Background(), Service{
		Name: "dorc-airflow-1-scheduler", Image: "dorc.local/airflow:1", Argv: []string{"/opt/airflow/bin/airflow", "scheduler"}, Dir: "/home/me",
		Environment: map[string]string{"SECRET": canary, "KEY": "canary of\nlines", "HOME": "/home/me"},
		Mounts:      []Mount{{Path: "/home/me"}, {Path: "/b,c", ReadOnly: true}},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{e.program, "start", "--attach", "dorc-airflow-1-scheduler"}, argv)
	words := strings.Fields(asked())
	assert.Equal(t, "create", words[0])
	for _, want := range []string{"--rm", "--init", "--network=host", "--pull=never", "--name=dorc-airflow-1-scheduler", "--workdir=/home/me", "--env=KEY",
		fmt.Sprintf("--user=%d:%d", os.Getuid(), os.Getgid()), "--mount=type=bind,src=/home/me,dst=/home/me", `--mount=type=bind,"src=/b,c","dst=/b,c",readonly`} {
		assert.Contains(t, words, want)
	}
	assert.Equal(t, []string{"--entrypoint=/opt/airflow/bin/airflow", "dorc.local/airflow:1", "scheduler"}, words[len(words)-3:])
	assert.NotContains(t, asked(), "canary", "nothing secret is in arguments")

	dir := filepath.Dir(e.program)
	file, err := os.ReadFile(filepath.Join(dir, "file"))
	require.NoError(t, err)
	assert.Equal(t, "HOME=/home/me\nSECRET="+canary+"\n", string(file))
	where, err := os.ReadFile(filepath.Join(dir, "where"))
	require.NoError(t, err)
	assert.NoFileExists(t, strings.TrimSpace(strings.TrimPrefix(string(where), "--env-file=")), "it is gone when the container is there")
	own, err := os.ReadFile(filepath.Join(dir, "environment"))
	require.NoError(t, err)
	assert.Contains(t, string(own), "KEY=canary of\nlines")
	assert.NotContains(t, string(own), "HOME=/home/me", "the engine's program has this machine's own")
}

func TestCreateFails(t *testing.T) {
	e, asked := recorder(t, `[ "$1" != create ] || { echo "mounts denied" >&2; exit 125; }`)
	_, err := e.Create(context.Background(), Service{Name: "x", Argv: []string{"a"}})
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Contains(t, p.Detail, "mounts denied")
	assert.Contains(t, asked(), "rm --force --volumes x", "half of one is removed")

	ended, cancel := context.WithCancel(context.Background())
	cancel()
	e, _ = recorder(t, "")
	_, err = e.Create(ended, Service{Name: "x", Argv: []string{"a"}})
	require.ErrorIs(t, err, context.Canceled)
	assert.NoFileExists(t, filepath.Join(filepath.Dir(e.program), "asked"))
}

func TestRemoveAll(t *testing.T) {
	e, asked := recorder(t, `[ "$1" != ps ] || [ -e "$0.removed" ] || printf 'one\ntwo\n'
[ "$1" != rm ] || touch "$0.removed"`)
	require.NoError(t, e.RemoveAll(context.Background(), "dorc-airflow-1-"))
	assert.Contains(t, asked(), "ps --all --quiet --filter name=^/?dorc-airflow-1-\nrm --force --volumes one two\n")

	e, asked = recorder(t, "")
	require.NoError(t, e.RemoveAll(context.Background(), "dorc-airflow-1-"))
	assert.NotContains(t, asked(), "rm ")

	e, _ = recorder(t, `[ "$1" != ps ] || echo one; [ "$1" != rm ] || { echo "no permission" >&2; exit 1; }`)
	require.ErrorContains(t, e.RemoveAll(context.Background(), "dorc-airflow-1-"), "no permission")
}

func TestExec(t *testing.T) {
	assert.Equal(t, []string{"/bin/docker", "exec", "--interactive", "c", "airflow", "dags", "list"}, Exec("/bin/docker", "c", false, []string{"airflow", "dags", "list"}))
	assert.Equal(t, []string{"/bin/docker", "exec", "--interactive", "--tty", "c", "/bin/sh"}, Exec("/bin/docker", "c", true, []string{"/bin/sh"}))
}

func TestReaches(t *testing.T) {
	e, _ := recorder(t, "exit 1")
	require.NoError(t, e.Reaches(context.Background(), "i", "/p", "http://127.0.0.1:5"), "it is this machine's network")
	e.host = "host.docker.internal"
	err := e.Reaches(context.Background(), "i", "/p", "http://127.0.0.1:5")
	require.ErrorContains(t, err, "do not reach this machine's loopback interface")
	assert.ErrorContains(t, err, "Enable host networking")
	e, asked := recorder(t, "")
	e.host = "host.docker.internal"
	require.NoError(t, e.Reaches(context.Background(), "i", "/p", "http://127.0.0.1:5"))
	assert.Contains(t, asked(), " 127.0.0.1 5\n")
}
