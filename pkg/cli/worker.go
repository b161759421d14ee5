package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/state"
	"github.com/dorc-dev/dorc/pkg/ui"
)

// worker runs operations on stacks and shows them.
type worker struct {
	*app
	project *stack.Project
	engine  *engine.Engine
	options engine.Options
	flags   *operationFlags
	output  ui.Output
}

// newWorker loads the project, finds the stack of the first argument, and opens
// the state and the target.
func (a *app) newWorker(
	ctx context.Context, find findStack, flags *operationFlags, args []string,
) (*worker, stack.Ref, error) {
	p, err := a.project()
	if err != nil {
		return nil, stack.Ref{}, err
	}
	ref, err := find(ctx, p, args)
	if err != nil {
		return nil, stack.Ref{}, err
	}
	options, err := flags.options(a)
	if err != nil {
		return nil, stack.Ref{}, err
	}
	options.Prepare = func(ctx context.Context) error { return a.preflight(ctx, p, flags.verb, ref) }
	e, err := p.Engine(ctx)
	if err != nil {
		return nil, stack.Ref{}, a.whyNot(ctx, p, err)
	}
	return &worker{app: a, project: p, engine: e, options: options, flags: flags, output: a.output()}, ref, nil
}

// operation is a method of the engine such as Apply.
type operation func(context.Context, engine.Stack, engine.Options) (*engine.Result, error)

// do runs an operation on a stack with the output's display.
func (w *worker) do(ctx context.Context, s engine.Stack, out ui.Output, op operation) error {
	options := w.options
	options.Display = w.flags.display(out)
	if !out.JSON {
		fmt.Fprintf(out.Out, "%s (%s)\n", s.Name, s.Target)
	}
	options.Waiting = func(l state.LockInfo) {
		if !out.JSON {
			fmt.Fprintf(out.Out, "Waiting up to %s for %s on %s (process %d), who works on it since %s: %s\n",
				options.LockTimeout, l.Owner, l.Host, l.PID, l.Since.Local().Format(time.DateTime), l.Operation)
		}
	}
	result, err := op(ctx, s, options)
	if result != nil && result.Recovered != nil && !out.JSON {
		r := result.Recovered
		fmt.Fprintf(out.Out, "Took up the journal of a run that ended at %s: %d entries, %d operations were under way.\n",
			r.When.Local().Format(time.DateTime), r.Entries, r.Pending)
		for _, resource := range r.Unknown {
			fmt.Fprintf(out.Out, "  what became of %s is not known: it was begun here and the journal was taken up elsewhere\n", resource)
		}
	}
	return err
}

// inOrder runs an operation on the stacks of each level, several at a time. A
// stack that is alone in its level has the terminal to itself; the lines of the
// others begin with their names.
func (w *worker) inOrder(ctx context.Context, levels [][]stack.Ref, withProgram bool, op operation) error {
	for _, level := range levels {
		alone := len(level) == 1
		err := engine.InOrder(ctx, [][]stack.Ref{level}, func(ctx context.Context, ref stack.Ref) error {
			s, err := w.project.Stack(ctx, ref, withProgram)
			if err != nil {
				return err
			}
			out := w.output
			if !alone {
				out = out.Prefixed(ref.Name() + " | ")
			}
			return w.do(ctx, s, out, op)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plan shows what apply would do and says whether there is anything to do.
func (w *worker) plan(ctx context.Context, s engine.Stack) (bool, error) {
	options := w.options
	options.Display = w.flags.display(w.output)
	if !w.output.JSON {
		fmt.Fprintf(w.output.Out, "%s (%s)\n", s.Name, s.Target)
	}
	result, err := w.engine.Plan(ctx, s, options)
	if err != nil {
		return false, planFailed(err)
	}
	return result.HasChanges(), nil
}

// errPlanFailed is engine.ErrFailed of what would have changed nothing.
var errPlanFailed = errors.New("the plan failed; nothing was changed")

func planFailed(err error) error {
	if errors.Is(err, engine.ErrFailed) {
		return errPlanFailed
	}
	return err
}

// importOf is Import of these resources as an operation.
func importOf(e *engine.Engine, imports []deploy.Import) operation {
	return func(ctx context.Context, s engine.Stack, o engine.Options) (*engine.Result, error) {
		return e.Import(ctx, s, imports, o)
	}
}
