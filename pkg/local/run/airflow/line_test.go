package airflow

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Lines as Airflow 2.10.5 (through dorc's logging) and 3.1.7 wrote them.
func TestRead(t *testing.T) {
	for line, want := range map[string]Event{
		`{"dorc": "running", "task": "a"}`:                                                  {Kind: Running, Task: "a"},
		`{"dorc": "failed", "task": "e", "error": "ValueError", "cause": "no luck"}`:        {Kind: Failed, Task: "e", Error: "ValueError", Cause: "no luck"},
		`{"dorc": "ended", "state": "failed", "tasks": {"a": "success", "d": "skipped"}}`:   {Kind: Ended, State: "failed", Tasks: map[string]string{"a": "success", "d": "skipped"}},
		`{"dorc": "log", "level": "INFO", "logger": "airflow.task", "message": "one\ntwo"}`: {Kind: Log, Level: "INFO", Logger: "airflow.task", Message: "one\ntwo"},
		`{"dorc": "broken`:             {Kind: Log, Message: `{"dorc": "broken`},
		`{"rows": 3}`:                  {Kind: Log, Message: `{"rows": 3}`},
		`hello {'full_refresh': True}`: {Kind: Log, Message: `hello {'full_refresh': True}`},
		`2026-11-27T15:52:41.580616Z [info     ] Branch into c                  [airflow.task.operators.x.BranchPythonOperator] loc=branch.py:44`: {Kind: Log, Level: "INFO", Message: "Branch into c", Logger: "airflow.task.operators.x.BranchPythonOperator"},
		`2026-11-27T15:53:03.564715Z [error    ] Task failed with exception     [task] loc=task_runner.py:1142`:                                   {Kind: Log, Level: "ERROR", Message: "Task failed with exception", Logger: "task"},
	} {
		assert.Equal(t, want, read(line), line)
	}
}

func TestTraceback(t *testing.T) {
	var f frames
	assert.Equal(t, "Task failed with exception\nTraceback (most recent call last):\n  File \"/dags/t.py\", line 8, in boom\n    def boom(): raise\n    ^^^^\nValueError: no luck\nafter",
		f.trim("Task failed with exception\nTraceback (most recent call last):\n  File \"/x/site-packages/airflow/models/a.py\", line 1, in run\n    self.execute()\n    ^^^\n"+
			"  File \"/dags/t.py\", line 8, in boom\n    def boom(): raise\n    ^^^^\nValueError: no luck\nafter"))
}

func TestWatcher(t *testing.T) {
	var told []Event
	w := &watcher{on: func(e Event) { told = append(told, e) }}
	for _, line := range []string{
		"Filling up the DagBag", `{"dorc": "running", "task": "a"}`, "::endgroup::", "Found endpoint for stepfunctions via: environment_service.", "rows: 3", `{"dorc": "success", "task": "a"}`,
		"between", `{"dorc": "ended", "state": "success", "tasks": {"a": "success"}}`,
	} {
		w.line(line)
	}
	assert.Equal(t, []Event{
		{Kind: Running, Task: "a"}, {Kind: Log, Task: "a", Message: "rows: 3"}, {Kind: Success, Task: "a"},
		{Kind: Ended, State: "success", Tasks: map[string]string{"a": "success"}},
	}, told)
	assert.Equal(t, []string{"Filling up the DagBag", "between"}, w.last)
}

func TestOverrides(t *testing.T) {
	assert.Equal(t, map[string]string{"AIRFLOW__CORE__MAX_ACTIVE_RUNS_PER_DAG": "3", "AIRFLOW__EMAIL__FROM_EMAIL": "a@b"}, overrides(map[string]string{
		"core-max_active_runs_per_dag": "3", "email-from_email": "a@b", "webserver-expose_config": "True", "database-sql_alchemy_conn": "x", "nonsense": "",
	}))
}
