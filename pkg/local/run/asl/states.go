package asl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

func (v *visit) pass(input any) (any, error) {
	result := input
	if v.state.parameters != nil {
		var err error
		if result, err = v.state.parameters.fill(input, v.context()); err != nil {
			return nil, err
		}
	}
	if v.state.pass.hasResult {
		result = v.state.pass.result
	}
	return v.output(result)
}

func (v *visit) fail() error {
	f := v.state.fail
	text := func(constant string, e *expression, field string) (string, error) {
		if e == nil {
			return constant, nil
		}
		value, err := e.eval(v.data, v.context())
		if err != nil {
			return "", &Error{ErrRuntime, err.Error()}
		}
		s, ok := value.(string)
		if !ok {
			return "", &Error{ErrRuntime, fmt.Sprintf("%sPath must find a string, not %s", field, brief(value))}
		}
		return s, nil
	}
	name, err := text(f.err, f.errPath, "Error")
	if err != nil {
		return err
	}
	cause, err := text(f.cause, f.causePath, "Cause")
	if err != nil {
		return err
	}
	return &Error{name, cause}
}

func (v *visit) choose(input any) (string, error) {
	for _, c := range v.state.choices {
		ok, err := c.test(input, v.context())
		if err != nil {
			return "", err
		}
		if ok {
			return c.next, nil
		}
	}
	if v.state.defaultChoice == "" {
		return "", &Error{ErrNoChoiceMatched, fmt.Sprintf("No choice of state '%s' matches the input %s", v.state.Name, brief(input))}
	}
	return v.state.defaultChoice, nil
}

func (v *visit) wait(ctx context.Context, input any) error {
	d, err := v.waitTime(input)
	if err != nil {
		return err
	}
	if d <= 0 {
		return nil
	}
	v.notify(Notice{Kind: Waiting, Duration: d})
	return v.x.Clock.Sleep(ctx, d)
}

func (v *visit) waitTime(input any) (time.Duration, error) {
	w := v.state.wait
	switch {
	case w.secondsPath != nil:
		s, err := v.secondsAt(w.secondsPath, input)
		return time.Duration(s) * time.Second, err
	case w.timestampPath != nil:
		value, _ := w.timestampPath.get(input, v.context())
		t, ok := timestamp(value)
		if !ok {
			return 0, &Error{ErrRuntime, fmt.Sprintf("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s", w.timestampPath.text, brief(value))}
		}
		return t.Sub(v.x.Clock.Now()), nil
	case w.timestamp != "":
		t, _ := timestamp(w.timestamp)
		return t.Sub(v.x.Clock.Now()), nil
	}
	return time.Duration(w.seconds) * time.Second, nil
}

// secondsAt reads a whole number of seconds from the input.
func (v *visit) secondsAt(p *Path, input any) (int64, error) {
	value, _ := p.get(input, v.context())
	n, ok := value.(json.Number)
	if ok {
		if s, err := n.Int64(); err == nil && s >= 0 && s <= 99999999 {
			return s, nil
		}
	}
	return 0, &Error{ErrRuntime, fmt.Sprintf("%s must be a whole number of seconds from 0 to 99999999, not %s", p.text, brief(value))}
}

func (v *visit) task(ctx context.Context, input any, attempt int) (any, error) {
	t := v.state.Task
	seconds := int64(t.TimeoutSeconds)
	if t.timeoutPath != nil {
		var err error
		if seconds, err = v.secondsAt(t.timeoutPath, v.data); err != nil {
			return nil, err
		}
	}
	inner := ctx
	if seconds > 0 {
		var cancel context.CancelFunc
		inner, cancel = v.x.Clock.WithTimeout(ctx, time.Duration(seconds)*time.Second, &Error{Name: ErrTimeout})
		defer cancel()
	}
	result, err := v.x.Tasks.Call(inner, Call{State: v.state.Name, Path: v.scope.path, Resource: t.Resource,
		Function: t.Function, Arguments: input, Attempt: attempt})
	switch {
	case err == nil:
		return result, limited(v.state.Name, result)
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case inner.Err() != nil:
		return nil, context.Cause(inner)
	}
	var failure *Error
	if !errors.As(err, &failure) {
		return nil, &Error{ErrRuntime, err.Error()}
	}
	return nil, failure
}
