package execute

import (
	"errors"
	"math"
	"time"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

func (t *thread) try(s *syntax.Try) (outcome, error) {
	out, err := t.attempts(s)
	var f *Failure
	if s.Except == nil || !errors.As(err, &f) {
		return out, err
	}
	inner := newScope(t.scope)
	inner.through = true
	inner.define(s.Except.As, f.Value)
	return t.with(inner).list(s.Except.Steps)
}

// attempts executes the body, again as long as the retry policy says so.
func (t *thread) attempts(s *syntax.Try) (outcome, error) {
	out, err := t.step(s.Body)
	var f *Failure
	if s.Retry == nil || !errors.As(err, &f) {
		return out, err
	}
	p, policyErr := t.policy(s.Retry)
	if policyErr != nil {
		return on, policyErr
	}
	for tries := int64(0); tries < p.retries && errors.As(err, &f); tries++ {
		again, predicateErr := t.Call(p.predicate, []any{f.Value})
		if predicateErr != nil {
			return on, predicateErr
		}
		if b, ok := again.(bool); !ok {
			return on, expression.Faultf(expression.TypeError, "the predicate %s must return a boolean, not %s", p.predicate, expression.TypeOf(again))
		} else if !b {
			break
		}
		if slept := t.options.Sleep(t.ctx, seconds(p.delay)); slept != nil {
			return on, slept
		}
		p.delay = math.Min(p.delay*p.multiplier, p.longest)
		out, err = t.step(s.Body)
	}
	return out, err
}

// policy is a retry policy: how often, when, and how long to wait, in seconds.
type policy struct {
	predicate                  string
	retries                    int64
	delay, longest, multiplier float64
}

func (t *thread) policy(v *syntax.Value) (policy, error) {
	value, err := t.value(v)
	if err != nil {
		return policy{}, err
	}
	m, _ := value.(map[string]any)
	predicate, ok := m["predicate"].(expression.Callable)
	if !ok {
		return policy{}, expression.Faultf(expression.TypeError, "a retry policy needs a function as its predicate")
	}
	retries, ok := m["max_retries"].(int64)
	if !ok || retries < 0 {
		return policy{}, expression.Faultf(expression.TypeError, "max_retries must be an integer of 0 or more")
	}
	p := policy{predicate: predicate.Name, retries: retries}
	backoff, _ := m["backoff"].(map[string]any)
	for name, into := range map[string]*float64{"initial_delay": &p.delay, "max_delay": &p.longest, "multiplier": &p.multiplier} {
		switch n := backoff[name].(type) {
		case int64:
			*into = float64(n)
		case float64:
			*into = n
		default:
			return policy{}, expression.Faultf(expression.TypeError, "backoff needs the number %s", name)
		}
	}
	p.delay = math.Min(p.delay, p.longest)
	return p, nil
}

// year is the longest an execution may take.
// https://cloud.google.com/workflows/quotas
const year = 365 * 24 * 3600.0

// seconds is a duration of 0 to a year.
func seconds(s float64) time.Duration {
	return time.Duration(math.Max(0, math.Min(s, year)) * float64(time.Second))
}
