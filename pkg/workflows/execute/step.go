package execute

import (
	"slices"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// outcome is how a step ends: jump is where it leads ("" for on, "end", "break",
// "continue", a name), or it returns a value.
type outcome struct {
	jump     string
	returned bool
	value    any
}

var on = outcome{}

// list executes steps until they end or lead elsewhere.
func (t *thread) list(steps []*syntax.Step) (outcome, error) {
	for i := 0; i < len(steps); {
		out, err := t.step(steps[i])
		if err != nil || out.returned {
			return out, err
		}
		switch out.jump {
		case "":
			i++
		case "end", "break", "continue":
			return out, nil
		default:
			if i = slices.IndexFunc(steps, func(s *syntax.Step) bool { return s.Name == out.jump }); i < 0 {
				return out, nil
			}
		}
	}
	return on, nil
}

func (t *thread) step(s *syntax.Step) (outcome, error) {
	if err := t.ctx.Err(); err != nil {
		return on, err
	}
	if s.Name != "" || s.Kind != "steps" && s.Kind != "next" {
		if t.steps.Add(1) > syntax.MaxSteps {
			return on, t.locate(expression.Faultf(expression.ResourceLimitError, "the execution took more than %d steps", syntax.MaxSteps), s)
		}
		event := Event{Position: s.Position, Subworkflow: t.sub.Name, Step: s.Name, Kind: s.Kind}
		if s.Call != nil {
			event.Function = s.Call.Function
		}
		t.options.Trace(event)
	}
	out, err := t.action(s)
	if err != nil {
		return on, t.locate(err, s)
	}
	if out == on && s.Next != "" {
		out.jump = s.Next
	}
	return out, nil
}

func (t *thread) action(s *syntax.Step) (outcome, error) {
	switch s.Kind {
	case "assign":
		for _, a := range s.Assign {
			if err := t.assign(a.Target, a.Position, func() (any, error) { return t.value(a.Value) }); err != nil {
				return on, err
			}
		}
	case "call":
		return on, t.call(s.Call)
	case "switch":
		return t.choose(s)
	case "for":
		return t.loop(s.For)
	case "parallel":
		return on, t.branches(s)
	case "try":
		return t.try(s.Try)
	case "raise":
		v, err := t.value(s.Raise)
		if err != nil {
			return on, err
		}
		return on, &expression.Fault{Value: v}
	case "return":
		v, err := t.value(s.Return)
		return outcome{returned: true, value: v}, err
	case "steps":
		return t.list(s.Steps)
	}
	return on, nil
}

func (t *thread) choose(s *syntax.Step) (outcome, error) {
	for _, c := range s.Switch {
		v, err := t.value(c.Condition)
		if err != nil {
			return on, err
		}
		holds, ok := v.(bool)
		if !ok {
			return on, expression.Faultf(expression.TypeError, "a condition must be a boolean, not %s", expression.TypeOf(v))
		}
		if holds {
			return t.step(c.Then)
		}
	}
	return on, nil
}

// loop executes the rounds of a for one after the other.
func (t *thread) loop(f *syntax.For) (outcome, error) {
	out := on
	err := t.rounds(f, func(round *scope, _ int64) (bool, error) {
		var err error
		out, err = t.with(round).list(f.Steps)
		switch {
		case err != nil:
			return false, err
		case out.jump == "continue":
			out = on
		case out.jump == "break":
			out = on
			return false, nil
		}
		return out == on, nil
	})
	return out, err
}

// rounds calls do for each round, with a scope that has the loop's variables,
// until it says no.
func (t *thread) rounds(f *syntax.For, do func(round *scope, index int64) (bool, error)) error {
	round := func(index int64, value any) (bool, error) {
		if err := t.ctx.Err(); err != nil {
			return false, err
		}
		s := newScope(t.scope)
		s.define(f.Value, value)
		s.define(f.Index, index)
		return do(s, index)
	}
	if f.In != nil {
		v, err := t.value(f.In)
		list, ok := v.([]any)
		if err == nil && !ok {
			err = expression.Faultf(expression.TypeError, "for goes over a list, not over %s", expression.TypeOf(v))
		}
		for i := 0; err == nil && i < len(list); i++ {
			var more bool
			if more, err = round(int64(i), list[i]); !more {
				break
			}
		}
		return err
	}
	first, last, err := t.bounds(f.Range)
	for i := first; err == nil && i <= last; i++ {
		more, err := round(i-first, i)
		if err != nil || !more || i == last {
			return err
		}
	}
	return err
}

func (t *thread) bounds(v *syntax.Value) (first, last int64, err error) {
	value, err := t.value(v)
	if err != nil {
		return 0, 0, err
	}
	list, _ := value.([]any)
	if len(list) == 2 {
		first, ok := list[0].(int64)
		last, both := list[1].(int64)
		if ok && both {
			return first, last, nil
		}
	}
	return 0, 0, expression.Faultf(expression.TypeError, "a range is a list of two integers")
}
