package syntax

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
)

// checker looks at one subworkflow of a workflow that has been read.
type checker struct {
	*reader
	workflow *Workflow
	// defined are the variables that some step, or a parameter, gives a value to.
	defined map[string]bool
}

func check(r *reader, w *Workflow) {
	for _, name := range slices.Sorted(maps.Keys(w.Subworkflows)) {
		s := w.Subworkflows[name]
		c := &checker{r, w, map[string]bool{}}
		for _, p := range s.Parameters {
			c.defined[p.Name] = true
		}
		walk(s.Steps, func(s *Step) {
			for _, name := range s.defines() {
				c.defined[name] = true
			}
		})
		for _, p := range s.Parameters {
			c.value(p.Default)
		}
		walk(s.Steps, c.step)
		c.jumps(s)
		c.reachable(s)
	}
}

func (c *checker) step(s *Step) {
	for _, v := range s.values() {
		c.value(v)
	}
	for _, a := range s.Assign {
		at := func(int) Position { return a.Position }
		c.references(a.Target.References(), at)
		c.calls(a.Target.Calls(), at)
		if !a.Target.Whole() {
			c.references([]expression.Reference{{Name: a.Target.Name, Path: a.Target.Name}}, at)
		}
	}
	if s.Parallel != nil {
		for _, name := range s.Parallel.Shared {
			c.references([]expression.Reference{{Name: name, Path: name}}, func(int) Position { return s.Parallel.Position })
		}
	}
	if s.Call != nil {
		c.call(s.Call)
	}
}

func (c *checker) value(v *Value) {
	v.visit(func(v *Value) {
		if v.Expression == nil {
			return
		}
		at := func(offset int) Position {
			if n := c.origin[v.Expression]; n != nil {
				return c.inside(n, len("${")+offset)
			}
			return v.Position
		}
		c.references(v.Expression.References(), at)
		c.calls(v.Expression.Calls(), at)
	})
}

// references finds names that no step gives a value to and that are no function.
func (c *checker) references(references []expression.Reference, at func(offset int) Position) {
	for _, ref := range references {
		if c.defined[ref.Name] || c.workflow.Subworkflows[ref.Name] != nil {
			continue
		}
		parts := strings.SplitN(ref.Path, ".", 3)
		name := strings.Join(parts[:min(2, len(parts))], ".")
		if _, ok := expression.Value(name); ok {
			continue
		}
		if isModule(parts[0]) && len(parts) > 1 {
			c.unknown(at(ref.Offset), "function", name, c.functions(), "")
			continue
		}
		c.unknown(at(ref.Offset), "variable", ref.Name, slices.Sorted(maps.Keys(c.named())), "assigned in this workflow: ")
	}
}

func (c *checker) named() map[string]bool {
	named := maps.Clone(c.defined)
	delete(named, "")
	return named
}

func isModule(name string) bool {
	return slices.ContainsFunc(expression.Names(), func(f string) bool { return strings.HasPrefix(f, name+".") })
}

// functions are the names of all functions and subworkflows.
func (c *checker) functions() []string {
	return append(expression.Names(), slices.Sorted(maps.Keys(c.workflow.Subworkflows))...)
}

// calls checks what expressions call.
func (c *checker) calls(calls []expression.Call, at func(offset int) Position) {
	for _, call := range calls {
		position := at(call.Offset)
		if s := c.workflow.Subworkflows[call.Name]; s != nil {
			c.count(position, s, call.Arguments)
			continue
		}
		f, ok := expression.Library(call.Name)
		switch {
		case ok && f.Blocking:
			c.problem(position, call.Name+" cannot be called in an expression", "it blocks "+
				"(https://cloud.google.com/workflows/docs/reference/stdlib/overview)", "Make a step with call of it, with a result.")
		case ok && !f.Unmodelled:
			if fault := f.Accepts(make([]any, call.Arguments)); fault != nil {
				c.problem(position, "wrong number of arguments of "+call.Name, fmt.Sprintf("%d are given; it takes %s", call.Arguments, f.Usage()), "")
			}
		case !ok && expression.Connector(call.Name):
			c.problem(position, call.Name+" cannot be called in an expression", "it is a connector", "Make a step with call of it, with a result.")
		case !ok:
			c.unknown(position, "function", call.Name, c.functions(), "")
		}
	}
}

func (c *checker) count(at Position, s *Subworkflow, given int) {
	required := 0
	for _, p := range s.Parameters {
		if p.Default == nil {
			required++
		}
	}
	if given < required || given > len(s.Parameters) {
		c.problem(at, "wrong number of arguments of "+s.Name, fmt.Sprintf("%d are given; it takes %s", given, s.usage()), "")
	}
}

func (s *Subworkflow) usage() string {
	words := make([]string, len(s.Parameters))
	for i, p := range s.Parameters {
		words[i] = p.Name
		if p.Default != nil {
			words[i] += " (optional)"
		}
	}
	if len(words) == 0 {
		return "no arguments"
	}
	return strings.Join(words, ", ")
}
