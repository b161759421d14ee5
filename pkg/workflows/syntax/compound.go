package syntax

import (
	"fmt"
	"slices"
)

func (r *reader) loop(p pair) *For {
	f := &For{Position: positionOf(p.key)}
	fields, ok := r.mapping(p.value, "for", "value", "index", "in", "range", "steps")
	if !ok {
		return f
	}
	for _, name := range []struct {
		key  string
		into *string
	}{{"value", &f.Value}, {"index", &f.Index}} {
		if v, ok := fields[name.key]; ok {
			*name.into = r.name(v, name.key)
			r.variable(positionOf(v.value), *name.into)
		}
	}
	if f.Value == "" {
		r.missing(fields, f.Position, "for has no value", "value names the variable of the loop", "Write value with a name.")
	}
	in, hasIn := fields["in"]
	over, hasRange := fields["range"]
	switch {
	case hasIn == hasRange:
		r.missing(fields, f.Position, "for needs one of in and range", "", "Write in with a list, or range with the first and the last number.")
	case hasIn:
		f.In = r.value(in.value)
		if f.In.Map || f.In.Expression == nil && !f.In.List {
			r.problem(f.In.Position, "in is not a list", "", "For a map, write ${keys(my_map)}.")
		}
	default:
		f.Range = r.value(over.value)
		if f.Range.Expression == nil && (!f.Range.List || len(f.Range.Items) != 2) {
			r.problem(f.Range.Position, "range is not a list of two numbers", "", "Write [1, 9] for 1 to 9, both included.")
		}
	}
	if steps, ok := fields["steps"]; ok {
		f.Steps = r.steps(steps.value, "steps of for")
	} else {
		r.missing(fields, f.Position, "for has no steps", "", "Write steps with a list.")
	}
	return f
}

func (r *reader) parallel(p pair) *Parallel {
	q := &Parallel{Position: positionOf(p.key)}
	fields, ok := r.mapping(p.value, "parallel", "branches", "for", "shared", "concurrency_limit", "exception_policy")
	if !ok {
		return q
	}
	if shared, ok := fields["shared"]; ok {
		for _, n := range r.list(shared.value, "shared") {
			n = r.resolve(n)
			r.variable(positionOf(n), n.Value)
			q.Shared = append(q.Shared, n.Value)
		}
	}
	if limit, ok := fields["concurrency_limit"]; ok {
		q.Limit = r.value(limit.value)
		if v, constant := q.Limit.Constant(); constant {
			if n, ok := v.(int64); !ok || n < 1 {
				r.problem(q.Limit.Position, "concurrency_limit is not a positive number", "", "")
			}
		}
	}
	if policy, ok := fields["exception_policy"]; ok {
		if name := r.name(policy, "exception_policy"); name != "" && name != "continueAll" {
			r.unknown(positionOf(policy.value), "exception_policy", name, []string{"continueAll"}, "the only one: ")
		}
	}
	branches, hasBranches := fields["branches"]
	loop, hasLoop := fields["for"]
	switch {
	case hasBranches == hasLoop:
		r.missing(fields, q.Position, "parallel needs one of branches and for", "", "")
	case hasBranches:
		q.Branches = r.branches(branches)
	default:
		q.For = r.loop(loop)
	}
	return q
}

func (r *reader) branches(p pair) []*Branch {
	entries := r.list(p.value, "branches")
	if len(entries) > MaxBranches {
		r.problem(positionOf(p.key), "too many branches", fmt.Sprintf("%d; Workflows allows %d in a step (%s)", len(entries), MaxBranches, quotas), "Use for below parallel.")
	}
	var all []*Branch
	for _, entry := range entries {
		name, body := r.named(entry, "a branch")
		if body == nil {
			continue
		}
		b := &Branch{Position: positionOf(name), Name: name.Value}
		if slices.ContainsFunc(all, func(other *Branch) bool { return other.Name == b.Name }) {
			r.problem(b.Position, fmt.Sprintf("two branches are named %q", b.Name), "", "Give it another name.")
		}
		if body = r.enter(body); body == nil {
			continue
		}
		if fields, ok := r.mapping(body, "branch "+b.Name, "steps"); ok {
			if steps, ok := fields["steps"]; ok {
				b.Steps = r.steps(steps.value, "steps of branch "+b.Name)
			} else {
				r.missing(fields, b.Position, fmt.Sprintf("branch %q has no steps", b.Name), "", "Write steps with a list.")
			}
		}
		r.leave()
		all = append(all, b)
	}
	return all
}

func (r *reader) try(at Position, p pair, fields map[string]pair) *Try {
	t := &Try{Position: at, Body: &Step{Position: at}}
	if body := r.enter(p.value); body != nil {
		t.Body = r.step(body, nil)
		r.leave()
	}
	retry, hasRetry := fields["retry"]
	except, hasExcept := fields["except"]
	if !hasRetry && !hasExcept {
		r.problem(at, "try has neither retry nor except", "", "Write what to do with an error.")
	}
	if hasRetry {
		t.Retry = r.value(retry.value)
		r.retry(t.Retry)
	}
	if hasExcept {
		t.Except = r.except(except)
	}
	return t
}

func (r *reader) except(p pair) *Except {
	e := &Except{Position: positionOf(p.key)}
	fields, ok := r.mapping(p.value, "except", "as", "steps")
	if !ok {
		return e
	}
	if as, ok := fields["as"]; ok {
		e.As = r.name(as, "as")
		r.variable(positionOf(as.value), e.As)
	}
	if steps, ok := fields["steps"]; ok {
		e.Steps = r.steps(steps.value, "steps of except")
	} else {
		r.missing(fields, e.Position, "except has no steps", "", "Write steps with a list.")
	}
	return e
}
