//go:build unix

package airflow

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// A run that is ended lets its task end, begins no other, and leaves nothing.
func TestInterruptedRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var events []Event
	err := Run{Python: stubPython(t), DAG: "d", Cache: t.TempDir(), Temporary: t.TempDir()}.Test(ctx, func(string) {}, func(e Event) {
		if e.Kind == Running {
			cancel()
		}
		if e.Kind != Log {
			events = append(events, e)
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []Event{{Kind: Running, Task: "first"}, {Kind: Failed, Task: "first", Cause: "asked to end"}}, events)
	for _, home := range process.Marks("DORC_AIRFLOW_RUN") {
		assert.NotContains(t, home, t.TempDir())
	}
}

// python runs a program beside dorc's own files, with modules in Airflow's place.
func python(t *testing.T, program string) (lines []string) {
	t.Helper()
	home := t.TempDir()
	require.NoError(t, write(home))
	cmd := exec.CommandContext(t.Context(), "python3", "-c", `
import sys, types
def module(name, **has):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(has)
module("airflow")
module("airflow.listeners", hookimpl=lambda f: f)
module("airflow.plugins_manager", AirflowPlugin=object)
sys.path += ["plugins", "config"]
`+program)
	cmd.Dir, cmd.Env = home, append(os.Environ(), "DORC_EVENTS=stdout", "PYTHONDONTWRITEBYTECODE=1")
	_, err := process.Run(t.Context(), &process.Program{Argv: cmd.Args, Dir: cmd.Dir, Environment: cmd.Env}, nil, func(line string) { lines = append(lines, line) })
	require.NoError(t, err)
	return lines
}

// watch are the events that lines are told as.
func watch(lines []string) (w *watcher, events []Event) {
	w = &watcher{on: func(e Event) { events = append(events, e) }}
	for _, line := range lines {
		w.line(line)
	}
	return w, events
}

// A DAG may have so many tasks that their states are longer than a line.
func TestManyTasks(t *testing.T) {
	w, events := watch(python(t, `
import dorc_local
tasks = [types.SimpleNamespace(task_id="group_of_tasks.a_task_with_a_name_that_is_long_" + str(i), state="success" if i % 2 else "skipped") for i in range(3000)]
dorc_local.on_dag_run_success(types.SimpleNamespace(get_task_instances=lambda: tasks), "")
`))
	require.NotNil(t, w.ended)
	require.Len(t, events, 1)
	assert.Equal(t, "success", events[0].State)
	require.Len(t, events[0].Tasks, 3000)
	for i := range 3000 {
		want := "skipped"
		if i%2 == 1 {
			want = "success"
		}
		assert.Equal(t, want, events[0].Tasks[fmt.Sprintf("group_of_tasks.a_task_with_a_name_that_is_long_%d", i)])
	}
}

// An exception's text may be longer than a line, and a log record too.
func TestLongTexts(t *testing.T) {
	_, events := watch(python(t, `
import dorc_local
task = types.SimpleNamespace(task_id="a")
dorc_local.on_task_instance_running("", task)
dorc_local.on_task_instance_failed("", task, ValueError("€" * 100_000))
`))
	require.Len(t, events, 2)
	assert.Equal(t, Failed, events[1].Kind)
	assert.Equal(t, "ValueError", events[1].Error)
	assert.True(t, strings.HasPrefix(events[1].Cause, "€€€"))

	text := strings.Repeat("a line of 30 characters, and \n", 4000) + strings.Repeat("€", 50_000)
	_, events = watch(append([]string{`{"dorc": "running", "task": "a"}`}, python(t, `
import logging, dorc_logging
log = logging.getLogger("x")
log.addHandler(dorc_logging.Lines())
log.error("a line of 30 characters, and \n" * 4000 + "€" * 50_000)
log.error("")
`)...))
	var all strings.Builder
	for _, e := range events[1 : len(events)-1] {
		assert.Equal(t, Event{Kind: Log, Task: "a", Level: "ERROR", Logger: "x", Message: e.Message}, e)
		all.WriteString(e.Message)
	}
	assert.Equal(t, text, all.String())
}

// Variables and connections that a person gives reach a run, and nothing else of their shell.
func TestPassedVariables(t *testing.T) {
	t.Setenv("AIRFLOW_VAR_CITY", "Seattle")
	t.Setenv("AIRFLOW_CONN_MINE", "http://example.com")
	t.Setenv("AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT", "google-cloud-platform://?key_path=/mine")
	t.Setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	home := t.TempDir()
	server, err := Server{Python: Python{Version: "3.1.7"}, Home: home}.Environment()
	require.NoError(t, err)
	for _, all := range []map[string]string{Run{Python: Python{Version: "2.10.5"}}.variables(home), server} {
		assert.Equal(t, "Seattle", all["AIRFLOW_VAR_CITY"])
		assert.Equal(t, "http://example.com", all["AIRFLOW_CONN_MINE"])
		assert.Equal(t, "google-cloud-platform://", all["AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT"], "what stands in for Google Cloud stays")
		assert.NotEqual(t, "CeleryExecutor", all["AIRFLOW__CORE__EXECUTOR"])
		assert.NotContains(t, all, "AWS_SECRET_ACCESS_KEY")
	}
}

func TestLogsAreNotServed(t *testing.T) {
	for _, version := range []string{"2.10.5", "3.1.7"} {
		parts := Server{Python: Python{Version: version}}.parts()
		for _, name := range []string{"scheduler", "triggerer"} {
			assert.Equal(t, []string{name, "--skip-serve-logs"}, parts[name], version)
		}
	}
}
