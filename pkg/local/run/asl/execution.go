package asl

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Call is one attempt of a Task state.
type Call struct {
	State string
	// Path has the enclosing states and iterations.
	Path []string
	// Resource is what to do; Function is the ARN for LambdaFunction.
	Resource Resource
	Function string
	// Arguments is the state's effective input.
	Arguments any
	// Attempt counts from 1.
	Attempt int
}

// Tasks does the work of Task states. It is called from several goroutines at once.
type Tasks interface {
	// Call returns a JSON value as Decode makes it, or an *Error. When the context ends it
	// returns soon, with any error.
	Call(ctx context.Context, call Call) (any, error)
}

// NoticeKind says what a Notice reports.
type NoticeKind int

// The kinds of notices.
const (
	Entered NoticeKind = iota
	Exited
	// Failed has Next when a Catch took the error.
	Failed
	// Trying starts an attempt of a Task, Parallel or Map state.
	Trying
	// Retrying comes before the wait for the next attempt.
	Retrying
	// Waiting comes when a Wait state waits.
	Waiting
)

// Notice is something that happened in an execution.
type Notice struct {
	Kind NoticeKind
	Time time.Time
	// Visit numbers the visit of the state within the execution.
	Visit int64
	State *State
	// Path has the enclosing states and iterations.
	Path []string
	// Next is the state that follows, when known.
	Next string
	// Attempt counts from 1.
	Attempt int
	// Duration is the time in the state, or the wait that starts.
	Duration time.Duration
	// Data is the state's input when it is entered and its output when it is left.
	Data any
	// Err is the failure.
	Err *Error
}

// Execution runs a machine once.
type Execution struct {
	Machine *Machine
	// Input is a JSON value as Decode makes it.
	Input any
	// Context has the context object's Execution and StateMachine.
	Context map[string]any
	Tasks   Tasks
	// Clock is SystemClock by default.
	Clock Clock
	// Notify, if set, hears of each step, from several goroutines at once.
	Notify func(Notice)
	// Random gives numbers in [0, 1) for JitterStrategy; math/rand by default.
	Random func() float64

	visits, history atomic.Int64
}

// ErrTimedOut is the result of an execution that exceeded the machine's TimeoutSeconds.
var ErrTimedOut = errors.New("the execution exceeded the state machine's TimeoutSeconds")

// errStopped is the cause with which the other branches of a failed state end.
var errStopped = errors.New("another branch failed")

// Run executes the machine to its end. The error is an *Error when the execution failed,
// ErrTimedOut, or the context's error when that ended.
func (x *Execution) Run(ctx context.Context) (any, error) {
	if x.Clock == nil {
		x.Clock = SystemClock{}
	}
	if x.Random == nil {
		x.Random = rand.Float64
	}
	if x.Notify == nil {
		x.Notify = func(Notice) {}
	}
	inner := ctx
	if x.Machine.TimeoutSeconds > 0 {
		var cancel context.CancelFunc
		inner, cancel = x.Clock.WithTimeout(ctx, time.Duration(x.Machine.TimeoutSeconds)*time.Second, ErrTimedOut)
		defer cancel()
	}
	out, err := x.machine(inner, x.Machine, x.Input, scope{})
	switch {
	case err == nil:
		return out, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case inner.Err() != nil:
		return nil, context.Cause(inner)
	}
	return nil, err
}

// machine runs the states of a machine or branch, one after the other.
func (x *Execution) machine(ctx context.Context, m *Machine, data any, in scope) (any, error) {
	name := m.StartAt
	for {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		out, next, err := x.visit(ctx, m.States[name], data, in)
		if err != nil || next == "" {
			return out, err
		}
		name, data = next, out
	}
}

// count counts events of the execution's history as Step Functions does, which ends executions that have too many.
func (x *Execution) count(events int64) error {
	if x.history.Add(events) > maxHistoryEvents {
		return &Error{ErrRuntime, "The execution reached the maximum number of history events (25000)."}
	}
	return nil
}
