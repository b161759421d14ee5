package run

import (
	"context"
	"encoding/json"
	"errors"
)

// startMachine starts an execution of a state machine, which goes on beside what asked for it. The functions are made
// ready while it runs. An error is an *awsError, or of keeping the run.
func (f *flow) startMachine(arn, name, input string, value any) (*Execution, error) {
	plan, err := f.runner.plan(arn)
	switch {
	case err != nil && !f.runner.hasMachine(arn):
		return nil, refused("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'\n%v", arn, err)
	case err != nil:
		return nil, refused("InvalidDefinition", "%v", err)
	}
	f.starting.Lock()
	defer f.starting.Unlock()
	if again := f.machineRun(executionARN(plan.root.arn, name)); name != "" && again != nil {
		f.events.Lock()
		defer f.events.Unlock()
		if e := again.record.execution; e.Status == Running && string(again.argument) == input {
			return &e, nil
		}
		return nil, refused("ExecutionAlreadyExists", "Execution Already Exists: '%s'", again.record.execution.ARN)
	}
	s := &session{runner: f.runner, plan: plan, events: &f.events}
	record, err := s.begin(plan.root, value, name, f.root, nil)
	if err != nil {
		return nil, err
	}
	started := record.execution
	record.path = []string{plan.root.name}
	f.root.child(started.ID)
	f.root.emit(Event{Kind: ChildStarted, Child: started.ID, ChildStateMachine: plan.root.name})
	ctx, cancel := context.WithCancel(context.Background())
	child := &childFlow{record: record, cancel: cancel, ended: make(chan struct{}), argument: json.RawMessage(input)}
	f.mu.Lock()
	f.children[started.ID] = child
	f.mu.Unlock()
	f.working.Go(func() {
		defer close(child.ended)
		defer cancel()
		e, err := s.whole(ctx, value, record)
		if err != nil {
			f.root.fail(err)
		}
		f.root.emit(Event{Kind: ChildFinished, Child: e.ID, ChildStateMachine: plan.root.name, Status: e.Status, Error: e.Error, Cause: e.Cause, Duration: e.Ended.Sub(e.Started)})
	})
	return &started, nil
}

// whole makes the functions ready and runs the session's machine to its end. What keeps it from
// beginning is how it ended.
func (s *session) whole(ctx context.Context, input any, r *record) (*Execution, error) {
	if err := s.prepare(ctx, r); err != nil {
		status, name, cause := Failed, "States.Runtime", err.Error()
		if ctx.Err() != nil {
			status, name, cause = Aborted, "", ""
		}
		return &r.execution, errors.Join(r.end(status, nil, name, cause), s.close())
	}
	e, err := s.execute(ctx, s.plan.root, input, r)
	return e, errors.Join(err, s.close())
}

// machineRun finds an execution of a state machine that this run started, or nil.
func (f *flow) machineRun(arn string) *childFlow {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.children {
		if c.record.execution.ARN == arn && !isWorkflow(c.record.execution.StateMachineARN) {
			return c
		}
	}
	return nil
}

// hasMachine says whether a state machine is applied.
func (r *Runner) hasMachine(arn string) bool {
	all, err := r.documents.List(typeStateMachine)
	if err != nil {
		return false
	}
	for _, doc := range all {
		if text(doc, "arn") == arn {
			return true
		}
	}
	return false
}
