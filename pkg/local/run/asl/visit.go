package asl

import (
	"context"
	"errors"
	"time"
)

// visit is one visit of a state: enter, do, retry, catch, leave.
func (x *Execution) visit(ctx context.Context, s *State, data any, in scope) (out any, next string, err error) {
	v := &visit{x: x, state: s, data: data, scope: in, number: x.visits.Add(1), entered: x.Clock.Now()}
	v.notify(Notice{Kind: Entered, Data: data})
	err = x.count(2)
	if err == nil {
		err = limited(s.Name, data)
	}
	if err == nil {
		out, next, err = v.do(ctx)
	}
	if err != nil {
		out, next, err = v.failed(ctx, err)
	}
	if err != nil {
		return nil, "", err
	}
	if err := limited(s.Name, out); err != nil {
		return v.failed(ctx, err)
	}
	if !v.caught {
		v.notify(Notice{Kind: Exited, Next: next, Data: out, Duration: x.Clock.Now().Sub(v.entered)})
	}
	return out, next, nil
}

type visit struct {
	x       *Execution
	state   *State
	data    any
	scope   scope
	number  int64
	entered time.Time
	// retried counts retries for $$.State.RetryCount.
	retried int
	caught  bool
}

func (v *visit) notify(n Notice) {
	n.Time, n.Visit, n.State, n.Path = v.x.Clock.Now(), v.number, v.state, v.scope.path
	v.x.Notify(n)
}

// do executes the state by its type. next is empty at an end.
func (v *visit) do(ctx context.Context) (out any, next string, err error) {
	s := v.state
	switch s.Type {
	case TypeTask, TypeParallel, TypeMap:
		out, err = v.attempts(ctx)
		return out, s.Next, err
	case TypeFail:
		return nil, "", v.fail()
	}
	input, err := v.input()
	if err != nil {
		return nil, "", err
	}
	next = s.Next
	switch s.Type {
	case TypePass:
		out, err = v.pass(input)
		return out, next, err
	case TypeChoice:
		next, err = v.choose(input)
	case TypeWait:
		err = v.wait(ctx, input)
	}
	if err != nil {
		return nil, "", err
	}
	out, err = s.outputPath.apply("OutputPath", input, v.context())
	return out, next, err
}

// attempts tries a Task, Parallel or Map state as often as its Retry says.
func (v *visit) attempts(ctx context.Context) (any, error) {
	counter := retries{state: v.state}
	for attempt := 1; ; attempt++ {
		if err := v.x.count(3); err != nil {
			return nil, err
		}
		v.notify(Notice{Kind: Trying, Attempt: attempt})
		out, err := v.attempt(ctx, attempt)
		if err == nil {
			return out, nil
		}
		var failure *Error
		if ctx.Err() != nil || !errors.As(err, &failure) {
			return nil, err
		}
		wait, again := counter.next(failure, v.x.Random)
		if !again {
			return nil, failure
		}
		v.notify(Notice{Kind: Retrying, Attempt: attempt, Duration: wait, Err: failure})
		if err := v.x.Clock.Sleep(ctx, wait); err != nil {
			return nil, err
		}
		v.retried++
	}
}

// attempt is input, work and output of one attempt.
func (v *visit) attempt(ctx context.Context, attempt int) (any, error) {
	input, err := v.input()
	if err != nil {
		return nil, err
	}
	if v.state.parameters != nil {
		if input, err = v.state.parameters.fill(input, v.context()); err != nil {
			return nil, err
		}
	}
	if err := limited(v.state.Name, input); err != nil {
		return nil, err
	}
	var result any
	switch v.state.Type {
	case TypeTask:
		result, err = v.task(ctx, input, attempt)
	case TypeParallel:
		result, err = v.parallel(ctx, input)
	case TypeMap:
		result, err = v.mapItems(ctx, input)
	}
	if err != nil {
		return nil, err
	}
	if v.state.resultSelector != nil {
		if result, err = v.state.resultSelector.fill(result, v.context()); err != nil {
			return nil, err
		}
	}
	return v.output(result)
}

func (v *visit) input() (any, error) {
	return v.state.inputPath.apply("InputPath", v.data, v.context())
}

// output puts a result into the state's raw input and selects the output.
func (v *visit) output(result any) (any, error) {
	out, err := v.state.resultPath.apply(v.data, result)
	if err != nil {
		return nil, err
	}
	return v.state.outputPath.apply("OutputPath", out, v.context())
}

// failed looks for a Catch. Without one the error ends the machine.
func (v *visit) failed(ctx context.Context, err error) (any, string, error) {
	var failure *Error
	if !errors.As(err, &failure) {
		// The context ended, and the state with it.
		failure = &Error{Name: ErrRuntime, Cause: err.Error()}
		v.notify(Notice{Kind: Failed, Err: failure, Duration: v.x.Clock.Now().Sub(v.entered)})
		return nil, "", err
	}
	notice := Notice{Kind: Failed, Err: failure, Duration: v.x.Clock.Now().Sub(v.entered)}
	if ctx.Err() == nil && !v.caught {
		for _, c := range v.state.catch {
			if !matches(c.errorEquals, failure.Name) {
				continue
			}
			out, err := c.resultPath.apply(v.data, map[string]any{"Error": failure.Name, "Cause": failure.Cause})
			if err != nil {
				break
			}
			v.caught = true
			notice.Next = c.next
			v.notify(notice)
			return out, c.next, nil
		}
	}
	v.notify(notice)
	return nil, "", failure
}
