package run

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/pkg/local/run/asl"
)

// begin makes the record of an execution. parent is nil for the run itself.
func (s *session) begin(m *machine, input any, name string, parent *record, on func(Event)) (*record, error) {
	data, err := asl.Encode(input)
	if err != nil {
		return nil, err
	}
	return s.runner.begin(s.events, Execution{StateMachine: m.name, StateMachineARN: m.arn, Input: data}, func(id string) string {
		return executionARN(m.arn, cmp.Or(name, id))
	}, parent, on)
}

// executionARN is the ARN of a machine's execution.
func executionARN(machine, name string) string {
	return strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + name
}

// begin makes the record of an execution whose input and machine are given; arn makes its name of its identifier.
func (r *Runner) begin(events *sync.Mutex, x Execution, arn func(id string) string, parent *record, on func(Event)) (*record, error) {
	x.Started = now()
	random := make([]byte, 3)
	_, _ = rand.Read(random) // never fails
	x.ID = strings.Replace(x.Started.Format("20060102T150405.000"), ".", "", 1) + "-" + hex.EncodeToString(random)
	x.ARN, x.Status, x.PID, x.States = arn(x.ID), Running, os.Getpid(), []StateVisit{}
	out := &record{events: events, folder: filepath.Join(r.documents.Layout().Runs(), x.ID), parent: parent, on: on, execution: x}
	if parent != nil {
		out.execution.Parent = parent.execution.ID
	}
	if err := out.open(); err != nil {
		return nil, err
	}
	out.emit(Event{Kind: RunStarted, Input: x.Input})
	return out, nil
}

// execute runs a machine to its end and keeps how it ended.
func (s *session) execute(ctx context.Context, m *machine, input any, r *record) (*Execution, error) {
	name := r.execution.ARN[strings.LastIndexByte(r.execution.ARN, ':')+1:]
	x := &asl.Execution{
		Machine: m.definition, Input: input, Tasks: &tasks{session: s, machine: m, record: r}, Notify: r.notice,
		Context: map[string]any{
			"Execution":    asl.ContextExecution(r.execution.ARN, name, m.roleARN, input, r.execution.Started),
			"StateMachine": map[string]any{"Id": m.arn, "Name": m.name},
		},
	}
	out, err := x.Run(ctx)
	var (
		failure *asl.Error
		output  json.RawMessage
	)
	if err == nil {
		if output, err = asl.Encode(out); err == nil {
			err = r.end(Succeeded, output, "", "")
			return &r.execution, err
		}
	}
	switch {
	case ctx.Err() != nil:
		err = r.end(Aborted, nil, "", "")
	case errors.Is(err, asl.ErrTimedOut):
		err = r.end(TimedOut, nil, asl.ErrTimeout, asl.ErrTimedOut.Error())
	case errors.As(err, &failure):
		err = r.end(Failed, nil, failure.Name, failure.Cause)
	default:
		err = r.end(Failed, nil, asl.ErrRuntime, fmt.Sprint(err))
	}
	return &r.execution, err
}

// notice turns what the interpreter reports into events.
func (r *record) notice(n asl.Notice) {
	r.visit(n)
	e := Event{Path: n.Path, State: n.State.Name, Type: n.State.Type, Next: n.Next, Attempt: n.Attempt, Duration: n.Duration}
	if n.Err != nil {
		e.Error, e.Cause = n.Err.Name, n.Err.Cause
	}
	// What the interpreter holds came from JSON, so it encodes.
	data, _ := asl.Encode(n.Data)
	switch n.Kind {
	case asl.Entered:
		e.Kind, e.Input = StateEntered, data
	case asl.Exited:
		e.Kind, e.Output = StateExited, data
	case asl.Failed:
		e.Kind = StateFailed
	case asl.Trying:
		e.Kind = Attempt
	case asl.Retrying:
		e.Kind = Retry
	case asl.Waiting:
		e.Kind = Wait
	}
	r.emit(e)
}
