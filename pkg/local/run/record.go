package run

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/pkg/local/run/asl"
)

// record keeps what happens in an execution: in memory for its end, in the run's folder as it comes,
// and at the run's listener.
type record struct {
	events *sync.Mutex
	folder string
	// parent hears of the events of a child, below path.
	parent *record
	path   []string
	on     func(Event)

	execution Execution
	visits    map[int64]int
	journal   *os.File
	logs      map[string]*os.File
	// ended is true when the files are closed; a thread of a warm environment can still write lines.
	ended bool
	// err is the first failure to keep an event; it is reported at the end.
	err error
}

// The files of a run's folder.
const (
	runFile    = "run.json"
	eventsFile = "events.jsonl"
	logsFolder = "logs"
)

// open makes the run's folder. It is called before the first event.
func (r *record) open() error {
	if err := os.MkdirAll(filepath.Join(r.folder, logsFolder), 0o755); err != nil {
		return fmt.Errorf("keeping the run: %w", err)
	}
	var err error
	r.journal, err = os.OpenFile(filepath.Join(r.folder, eventsFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("keeping the run: %w", err)
	}
	r.logs, r.visits = map[string]*os.File{}, map[int64]int{}
	return r.save()
}

// emit stamps, keeps and passes on an event.
func (r *record) emit(e Event) {
	r.events.Lock()
	defer r.events.Unlock()
	e.Time, e.Run, e.StateMachine = now(), r.execution.ID, r.execution.StateMachine
	r.pass(e)
}

// pass keeps an event here and hands it to the parent. Callers hold the lock.
func (r *record) pass(e Event) {
	r.keep(e)
	switch {
	case r.parent == nil:
		r.on(e)
	case e.Run == r.execution.ID && (e.Kind == RunStarted || e.Kind == RunFinished):
		// The parent has ChildStarted and ChildFinished of its own.
	default:
		e.Path = append(append([]string{}, r.path...), e.Path...)
		r.parent.pass(e)
	}
}

// keep appends an event to the journal, and a log line to the file of who wrote it.
func (r *record) keep(e Event) {
	if r.ended {
		return
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = r.journal.Write(append(line, '\n'))
	}
	if err == nil && e.Kind == Log {
		err = r.log(e)
	}
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("keeping the run: %w", err)
	}
}

func (r *record) log(e Event) error {
	writer := cmp.Or(e.Function, e.Job, "workflow")
	f := r.logs[writer]
	if f == nil {
		name := strings.NewReplacer("/", "-", "\\", "-").Replace(writer) + ".log"
		var err error
		f, err = os.OpenFile(filepath.Join(r.folder, logsFolder, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		r.logs[writer] = f
	}
	_, err := fmt.Fprintf(f, "%s %s\n", e.Time.Format("2006-01-02T15:04:05.000Z"), e.Message)
	return err
}

// preparing emits a line of progress.
func (r *record) preparing(subject, message string) {
	r.emit(Event{Kind: Preparing, Subject: subject, Message: message})
}

// visit keeps a state's visit for run.json.
func (r *record) visit(n asl.Notice) {
	r.events.Lock()
	defer r.events.Unlock()
	at, known := r.visits[n.Visit]
	if !known {
		at = len(r.execution.States)
		r.visits[n.Visit] = at
		r.execution.States = append(r.execution.States, StateVisit{Name: n.State.Name, Type: n.State.Type, Path: n.Path, Entered: n.Time.UTC()})
	}
	v := &r.execution.States[at]
	switch n.Kind {
	case asl.Exited:
		v.Exited = n.Time.UTC()
	case asl.Failed:
		v.Exited, v.Error, v.Cause = n.Time.UTC(), n.Err.Name, n.Err.Cause
	case asl.Trying:
		v.Attempts = n.Attempt
	case asl.Entered, asl.Retrying, asl.Waiting:
	}
}

// child remembers an execution that this one started.
func (r *record) child(id string) {
	r.events.Lock()
	defer r.events.Unlock()
	r.execution.Children = append(r.execution.Children, id)
}

// end keeps the end of the execution and closes its files.
func (r *record) end(status Status, output json.RawMessage, name, cause string) error {
	r.events.Lock()
	r.execution.Status, r.execution.Output, r.execution.Error, r.execution.Cause = status, output, name, cause
	r.execution.Ended, r.execution.PID = now(), 0
	took := r.execution.Ended.Sub(r.execution.Started)
	r.events.Unlock()
	r.emit(Event{Kind: RunFinished, Status: status, Output: output, Error: name, Cause: cause, Duration: took})
	r.events.Lock()
	defer r.events.Unlock()
	r.ended = true
	errs := []error{r.err, r.save(), r.journal.Close()}
	for _, f := range r.logs {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// save writes run.json in place of the one before.
func (r *record) save() error {
	data, err := json.MarshalIndent(r.execution, "", "  ")
	if err != nil {
		return fmt.Errorf("keeping the run: %w", err)
	}
	file := filepath.Join(r.folder, runFile)
	if err := os.WriteFile(file+".new", append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("keeping the run: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("keeping the run: %w", err)
	}
	return nil
}

// fail notes an error of keeping the run, which is reported at its end.
func (r *record) fail(err error) {
	r.events.Lock()
	defer r.events.Unlock()
	if r.err == nil {
		r.err = err
	}
}
