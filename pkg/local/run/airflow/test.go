package airflow

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Run is one run of a DAG.
type Run struct {
	// Python has Airflow, and Local is what it calls.
	Python Python
	Local  Local
	// Folder has the DAG's file and the SQL beside it.
	Folder string
	// DAG is the DAG's id.
	DAG string
	// Conf is the run's configuration, a JSON object; nil for none.
	Conf json.RawMessage
	// LogicalDate is the run's logical date in ISO 8601; "" is now.
	LogicalDate string
	// Variables are those of the Composer environment, Overrides its Airflow options.
	Variables, Overrides map[string]string
	// Cache keeps what can be made again; Temporary is where the run's own home is made.
	Cache, Temporary string
}

// ErrFailed says that a run failed; its events have said why.
var ErrFailed = errors.New("the DAG run failed")

// Test runs a DAG by `airflow dags test`, with a new database, and tells what
// happens. Tasks are not tried again. The error is ErrFailed when the run failed,
// a problem when Airflow could not begin it.
func (r Run) Test(ctx context.Context, say func(string), on func(Event)) (err error) {
	home, err := os.MkdirTemp(r.Temporary, "airflow-")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(home), r.Python.forget(home), r.Python.forget(r.Folder))
	}()
	if err := write(home); err != nil {
		return err
	}
	if err := database(ctx, r.Python, r.Cache, home, nil, say); err != nil {
		return err
	}
	now := make(chan struct{})
	w := &watcher{on: on, stopping: ctx.Done(), stop: sync.OnceFunc(func() { close(now) })}
	ending, err := process.Run(ctx, &process.Program{
		Argv: r.argv(), Dir: home, Environment: list(r.variables(home)), Grace: testGrace, Now: now, Mark: "DORC_AIRFLOW_RUN=" + filepath.ToSlash(home) + "/",
	}, nil, w.line)
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case w.ended == nil:
		return r.notBegun(w, ending)
	case w.ended.State != string(Success):
		return ErrFailed
	}
	return nil
}

// testGrace is how long a run that is ended may take: the task that runs cancels what it has started.
var testGrace = 5 * time.Second

func (r Run) argv() []string {
	argv := []string{r.Python.airflow(), "dags", "test", r.DAG}
	if r.LogicalDate != "" {
		argv = append(argv, r.LogicalDate)
	}
	if len(r.Conf) > 0 {
		argv = append(argv, "--conf", string(r.Conf))
	}
	return argv
}

func (r Run) variables(home string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, r.Variables)
	maps.Copy(all, overrides(r.Overrides))
	maps.Copy(all, basic(r.Python, home, r.Folder))
	maps.Copy(all, r.Local.variables())
	all["DOP_SERVICE_PROJECT_PATH"] = r.Folder
	all["DORC_EVENTS"], all["DORC_TASK_RETRIES"] = "stdout", "0"
	if !r.Python.three() {
		all["AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS"] = "dorc_logging.LOGGING_CONFIG"
	}
	return all
}

// notBegun says why Airflow ended without a run.
func (r Run) notBegun(w *watcher, ending string) error {
	said := (&frames{}).trim(strings.Join(w.last, "\n"))
	p := problem.Problem{Resource: "DAG " + r.DAG, Summary: "Airflow could not begin the run", Detail: strings.TrimSpace(said + "\n" + ending)}
	if strings.Contains(said, "Dag id "+r.DAG+" not found") || strings.Contains(said, "could not be found") {
		p.Summary, p.Hint = "Airflow does not find the DAG in what is deployed", "apply the pipeline again, or look at it with dorc dag show"
	}
	return p
}

// watcher turns lines into events.
type watcher struct {
	on    func(Event)
	task  string
	ended *Event
	// tasks are states of tasks, for the end.
	tasks map[string]string
	// stopping is closed when the run is to end; stop then ends it before the next task.
	stopping <-chan struct{}
	stop     func()
	// frames are those of a traceback that is being written.
	frames frames
	// last are the last lines while no task had run.
	last []string
}

// maxLast is how many lines tell why nothing ran.
const maxLast = 60

func (w *watcher) line(text string) {
	e := read(text)
	switch e.Kind {
	case Running:
		select {
		case <-w.stopping:
			w.stop()
			return
		default:
		}
		w.task = e.Task
	case States:
		w.states(e.Tasks)
		return
	case Success, Failed:
		defer func() { w.task = "" }()
	case Ended:
		w.states(e.Tasks)
		e.Tasks, w.ended = w.tasks, &e
	case Log:
		e.Task = w.task
		if w.task == "" {
			w.last = append(w.last, e.Message)
			w.last = w.last[max(0, len(w.last)-maxLast):]
			return
		}
		shown := w.frames.trim(e.Message)
		if isNoise(e) || shown == "" && e.Message != "" {
			return
		}
		e.Message = shown
	}
	w.on(e)
}

// states keeps those of some tasks.
func (w *watcher) states(some map[string]string) {
	if w.tasks == nil {
		w.tasks = map[string]string{}
	}
	maps.Copy(w.tasks, some)
}
