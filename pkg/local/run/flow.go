package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/dataflow"
	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/workflows/execute"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
)

// flow is one run of a workflow with the executions and the jobs that it starts.
type flow struct {
	runner  *Runner
	store   *objects.Store
	storage *gcs.Endpoint
	jobs    *dataflow.Service
	polls   *polls
	// events orders what executions and jobs report at the same time.
	events sync.Mutex

	mu sync.Mutex
	// root is the run's own record, records those of all executions by identifier.
	root    *record
	records map[string]*record
	// starting keeps two of one name from starting together.
	starting sync.Mutex
	// children are the executions that others started.
	children map[string]*childFlow
	working  sync.WaitGroup
	// absent are buckets that do not exist and were to be used.
	absent map[string]bool
	// pythons has the interpreters found, by wanted version.
	pythons map[string]python.Interpreter
}

// newFlow starts what workflows and jobs call. The context ends the jobs.
func newFlow(ctx context.Context, r *Runner) (*flow, error) {
	f := &flow{runner: r, polls: newPolls(), records: map[string]*record{}, children: map[string]*childFlow{}, absent: map[string]bool{}, pythons: map[string]python.Interpreter{}}
	var err error
	if f.store, err = objects.New(r.documents.Layout().Buckets(), googleBuckets{r.documents}); err != nil {
		return nil, err
	}
	if f.storage, err = gcs.Start(f.store, gcs.Listener{Created: f.object, Missing: f.missing}); err != nil {
		return nil, err
	}
	f.jobs = dataflow.New(ctx, dataflow.Options{Read: f.read, Prepare: f.prepare, On: f.job, Explain: f.explain})
	return f, nil
}

// stop ends every job and execution that goes on.
func (f *flow) stop() {
	f.mu.Lock()
	for _, c := range f.children {
		c.cancel()
	}
	f.mu.Unlock()
	f.jobs.Close()
	f.working.Wait()
}

// close ends all that goes on, and the endpoint.
func (f *flow) close() error {
	f.stop()
	return f.storage.Close()
}

// begin makes the record of an execution. parent is nil for the run itself.
func (f *flow) begin(w *workflow, input json.RawMessage, parent *record, on func(Event)) (*record, error) {
	r, err := f.runner.begin(&f.events, Execution{StateMachine: w.name, StateMachineARN: w.id, Input: input}, func(id string) string {
		return w.id + "/executions/" + id
	}, parent, on)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.records[r.execution.ID] = r
	if parent == nil {
		f.root = r
	}
	return r, nil
}

// token stands for the token of a service account. The APIs of the local cloud do not look at it.
func token(context.Context, map[string]any, string) (string, error) { return "dorc-local", nil }

// execute runs a workflow to its end and keeps how it ended.
func (f *flow) execute(ctx context.Context, w *workflow, argument any, r *record) (*Execution, error) {
	x := &caller{flow: f, record: r}
	variables := map[string]string{
		"GOOGLE_CLOUD_PROJECT_ID": w.project, "GOOGLE_CLOUD_LOCATION": w.region, "GOOGLE_CLOUD_WORKFLOW_ID": w.name,
		"GOOGLE_CLOUD_WORKFLOW_REVISION_ID": "000001-000", "GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID": r.execution.ID,
		"GOOGLE_CLOUD_WORKFLOW_EXECUTION_ATTEMPT": "1", "GOOGLE_CLOUD_SERVICE_ACCOUNT_NAME": w.account,
	}
	for name, value := range w.variables {
		variables[name] = value
	}
	result, err := execute.Run(ctx, w.definition, argument, execute.Options{
		HTTP: x, Token: token, Connector: x.connector, Sleep: f.polls.sleep, Environment: variables, Log: r.logged, Trace: r.step,
	})
	var output json.RawMessage
	if err == nil {
		output, err = expression.EncodeJSON(result)
	}
	if r.parent == nil {
		if err == nil {
			f.follow(ctx, r)
		}
		f.stop() // its ends are a part of the run
	}
	var failure *execute.Failure
	switch {
	case err == nil:
		err = r.end(Succeeded, output, "", "")
	case errors.As(err, &failure):
		where, cause := raisedIn(failure), raised(failure)
		r.emit(Event{Kind: StateFailed, State: failure.Step, Subworkflow: subworkflow(failure.Subworkflow), Error: where, Cause: cause})
		err = r.end(Failed, nil, where, cause)
	case ctx.Err() != nil:
		err = r.end(Aborted, nil, "", "")
	default:
		err = r.end(Failed, nil, "the workflow cannot go on here", err.Error())
	}
	f.polls.become("execution "+r.execution.ID, string(r.execution.Status))
	return &r.execution, err
}

// raisedIn says where a workflow failed.
func raisedIn(f *execute.Failure) string {
	step := "raised in "
	if f.Step != "" {
		step = "raised in step " + f.Step + " of "
	}
	return fmt.Sprintf("%s%s (line %d)", step, f.Subworkflow, f.Line)
}

// raised is what was raised: its message, and for a refusal of an API that it did not catch what that said.
func raised(f *execute.Failure) string {
	said := f.Error()
	m, _ := f.Value.(map[string]any)
	body, _ := m["body"].(map[string]any)
	refusal, _ := body["error"].(map[string]any)
	if message, _ := refusal["message"].(string); message != "" {
		said += ": " + message
	}
	return said
}

// follow waits for what a workflow started and did not wait for: on Google Cloud it would go on by itself.
func (f *flow) follow(ctx context.Context, r *record) {
	for _, j := range f.jobs.Running() {
		r.emit(Event{Kind: Following, Job: j.Name, JobID: j.ID, Message: "the workflow has ended; the job " + j.Name + " runs on here until it ends or you stop it"})
	}
	f.jobs.Wait(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.working.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// subworkflow is the name of a subworkflow; main has none.
func subworkflow(name string) string {
	if name == "main" {
		return ""
	}
	return name
}

// step tells the beginning of a step that has a name.
func (r *record) step(e execute.Event) {
	if e.Step == "" {
		return
	}
	in := subworkflow(e.Subworkflow)
	visit := StateVisit{Name: e.Step, Type: e.Kind, Entered: now()}
	if in != "" {
		visit.Path = []string{in}
	}
	r.events.Lock()
	r.execution.States = append(r.execution.States, visit)
	r.events.Unlock()
	r.emit(Event{Kind: StateEntered, State: e.Step, Type: e.Kind, Subworkflow: in, Function: e.Function})
}

// logged tells what sys.log wrote.
func (r *record) logged(e execute.Entry) {
	text := e.Text
	if e.JSON != nil {
		data, err := expression.EncodeJSON(e.JSON)
		if err == nil {
			text = string(data)
		}
	}
	r.emit(Event{Kind: Log, Severity: e.Severity, Message: text})
}

// of is the record of the execution that launched a job: the one that its label names, else the run's.
func (f *flow) of(j dataflow.Job) *record {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.records[j.Labels[naming.LabelExecution]]; r != nil {
		return r
	}
	return f.root
}

// job tells a job's state or message.
func (f *flow) job(j dataflow.Job, m *dataflow.Message) {
	r := f.of(j)
	e := Event{Kind: JobState, Job: j.Name, JobID: j.ID}
	switch {
	case m != nil:
		e.Kind, e.Message, e.Severity = Log, m.Text, strings.TrimPrefix(m.Importance, "JOB_MESSAGE_")
	case j.State == dataflow.Queued:
		e.Kind = JobLaunched
	default:
		e.Message = strings.TrimPrefix(j.State, "JOB_STATE_")
		if j.Ended() {
			e.Duration = j.Changed.Sub(j.Created)
		}
	}
	r.emit(e)
	if m == nil {
		f.polls.become("job "+j.ID, j.State)
	}
}

// object tells an object that a job or a workflow made. What Beam writes before it has the whole is left out.
func (f *flow) object(o gcs.Object) {
	beams := func(word string) bool {
		return strings.HasPrefix(word, "beam-temp-") || strings.HasPrefix(word, ".temp")
	}
	if slices.ContainsFunc(strings.Split(o.Key, "/"), beams) {
		return
	}
	f.root.emit(Event{Kind: ObjectCreated, Bucket: o.Bucket, Key: o.Key, Size: o.Size})
}

// missing notes a bucket that a job or a workflow wants to use and that does not exist.
func (f *flow) missing(bucket string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.absent[bucket] = true
}

// explain names the buckets that were missed: Google's libraries say no name.
func (f *flow) explain(dataflow.Job) (text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range sortedKeys(f.absent) {
		text += "\nThe bucket " + name + " does not exist on the local target: name one that the environment has (data_buckets), or add it there and apply."
	}
	return text
}

// read reads an object of a bucket.
func (f *flow) read(bucket, key string) (data []byte, err error) {
	_, file, err := f.store.Open(bucket, key)
	if err != nil {
		return nil, err
	}
	data, err = io.ReadAll(file)
	return data, errors.Join(err, file.Close())
}
