package execute

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// Failure is an error that the workflow did not catch.
type Failure struct {
	*expression.Fault
	syntax.Position
	// File, Subworkflow and Step say where it was raised.
	File, Subworkflow, Step string
}

// Error is the message of what was raised.
func (f *Failure) Error() string { return f.Fault.Error() }

// Unwrap gives the fault, for errors.As.
func (f *Failure) Unwrap() error { return f.Fault }

// Problem says where the workflow failed, and why.
func (f *Failure) Problem() problem.Problem {
	where := "in " + f.Subworkflow
	if f.Step != "" {
		where = fmt.Sprintf("in step %q of %s", f.Step, f.Subworkflow)
	}
	return problem.Problem{File: f.File, Line: f.Line, Column: f.Column, Summary: "the workflow failed", Detail: where + ": " + f.Error()}
}

// Run executes a workflow that syntax.Parse has no problem with. The argument is
// what main's parameter gets: JSON-like Go values. The result is of nil, bool,
// int64, float64, string, []any and map[string]any.
//
// The error is a *Failure when the workflow fails, a problem.Problem when it needs
// something that is not modelled, and wraps the context's cause when the context
// ends. Neither of the last two can be caught by the workflow.
func Run(ctx context.Context, w *syntax.Workflow, argument any, o Options) (any, error) {
	t := &thread{run: &run{workflow: w, options: o.withDefaults()}, ctx: ctx, sub: w.Main}
	var arguments []any
	if len(w.Main.Parameters) > 0 && (argument != nil || w.Main.Parameters[0].Default == nil) {
		arguments = []any{expression.Normalize(argument)}
	}
	result, err := t.subworkflow(w.Main, arguments)
	if err == nil {
		if _, err = expression.EncodeJSON(result); err == nil {
			return result, nil
		}
		err = t.locate(err, nil)
	}
	if ctx.Err() != nil && !isFailure(err) {
		err = fmt.Errorf("the execution was cancelled: %w", context.Cause(ctx))
	}
	return nil, err
}

func isFailure(err error) bool {
	var f *Failure
	return errors.As(err, &f)
}

// run is what the threads of an execution share.
type run struct {
	workflow *syntax.Workflow
	options  Options
	steps    atomic.Int64
}

// thread is one line of execution: main, or a branch of a parallel step. Its
// fields do not change; a copy is made where something does.
type thread struct {
	*run
	ctx   context.Context
	sub   *syntax.Subworkflow
	scope *scope
	// calls counts the subworkflows around it, parallel the parallel steps.
	calls, parallel int
}

// with is a copy of the thread in another scope.
func (t *thread) with(s *scope) *thread {
	inner := *t
	inner.scope = s
	return &inner
}

// locate adds the step to a fault, or to a problem, that has no place yet.
func (t *thread) locate(err error, s *syntax.Step) error {
	var p problem.Problem
	if errors.As(err, &p) && p.Line == 0 && s != nil {
		p.Line, p.Column = s.Line, s.Column
		return p
	}
	var fault *expression.Fault
	if err == nil || isFailure(err) || !errors.As(err, &fault) {
		return err
	}
	f := &Failure{Fault: fault, Position: t.sub.Position, File: t.workflow.File, Subworkflow: t.sub.Name}
	if s != nil {
		f.Position, f.Step = s.Position, s.Name
	}
	return f
}

// unsupported is the problem of something that is not modelled; the place may be
// zero for that of the step.
func (t *thread) unsupported(at syntax.Position, what, hint string) error {
	return problem.Problem{File: t.workflow.File, Line: at.Line, Column: at.Column, Summary: what + " cannot be run here", Hint: hint}
}
