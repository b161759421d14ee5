package run

import (
	"slices"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
)

// taskEvents turns what Airflow tells of tasks into events of the run.
type taskEvents struct {
	record *record
	// since is when the task that runs was begun.
	since time.Time
	// failed are the tasks that failed, cause the text of the first.
	failed []string
	cause  string
}

func (t *taskEvents) event(e airflow.Event) {
	switch e.Kind {
	case airflow.Running:
		t.since = now()
		t.visit(e.Task)
		t.record.emit(Event{Kind: StateEntered, State: e.Task, Type: "Task"})
	case airflow.Log:
		t.record.emit(Event{Kind: Log, Function: e.Task, Severity: e.Level, Message: e.Message})
	case airflow.Success:
		t.left(e.Task, "", "")
		t.record.emit(Event{Kind: StateExited, State: e.Task, Type: "Task", Duration: now().Sub(t.since)})
	case airflow.Failed:
		if t.cause == "" {
			t.cause = e.Cause
		}
		t.failed = append(t.failed, e.Task)
		t.left(e.Task, e.Error, e.Cause)
		t.record.emit(Event{Kind: StateFailed, State: e.Task, Type: "Task", Error: e.Error, Cause: e.Cause, Duration: now().Sub(t.since)})
	case airflow.Ended:
		for _, task := range sortedKeys(e.Tasks) {
			if state := e.Tasks[task]; state != "success" && !slices.Contains(t.failed, task) {
				t.record.emit(Event{Kind: StateSkipped, State: task, Type: "Task", Message: strings.ReplaceAll(state, "_", " ")})
			}
		}
	}
}

// failure names the tasks that failed.
func (t *taskEvents) failure() string {
	if len(t.failed) == 0 {
		return "Airflow"
	}
	return "task " + strings.Join(t.failed, ", ")
}

// visit and left keep a task's visit for run.json.
func (t *taskEvents) visit(task string) {
	t.record.events.Lock()
	defer t.record.events.Unlock()
	t.record.execution.States = append(t.record.execution.States, StateVisit{Name: task, Type: "Task", Entered: t.since, Attempts: 1})
}

func (t *taskEvents) left(task, name, cause string) {
	t.record.events.Lock()
	defer t.record.events.Unlock()
	for i := range t.record.execution.States {
		if v := &t.record.execution.States[i]; v.Name == task && v.Exited.IsZero() {
			v.Exited, v.Error, v.Cause = now(), name, cause
		}
	}
}
