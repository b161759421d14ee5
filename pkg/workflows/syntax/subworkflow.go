package syntax

import (
	"fmt"
	"regexp"

	"gopkg.in/yaml.v3"
)

// variableName is what an expression can refer to.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) variable(at Position, name string) {
	if name != "" && !variableName.MatchString(name) {
		r.problem(at, fmt.Sprintf("%q is not a name of a variable", name), "letters, digits and _ are possible, not a digit first", "")
	}
}

func (r *reader) subworkflow(p pair) *Subworkflow {
	s := &Subworkflow{Position: positionOf(p.key), Name: p.name}
	fields, ok := r.mapping(p.value, p.name, "params", "steps")
	if !ok {
		return s
	}
	if params, ok := fields["params"]; ok {
		s.Parameters = r.parameters(params)
	}
	if steps, ok := fields["steps"]; ok {
		s.Steps = r.steps(steps.value, "steps of "+p.name)
	} else {
		r.missing(fields, s.Position, p.name+" has no steps", "", "Write steps with a list.")
	}
	if p.name == "main" && len(s.Parameters) > 1 {
		r.problem(s.Parameters[1].Position, "main has more than one parameter", "the execution's argument is one value "+
			"(https://cloud.google.com/workflows/docs/passing-runtime-arguments)", "Take one, and give a map to it.")
	}
	return s
}

func (r *reader) parameters(p pair) []Parameter {
	var all []Parameter
	seen := map[string]bool{}
	add := func(n *yaml.Node, name string, value *Value) {
		r.variable(positionOf(n), name)
		if seen[name] {
			r.problem(positionOf(n), fmt.Sprintf("parameter %q is there twice", name), "", "Take one away.")
			return
		}
		seen[name] = true
		all = append(all, Parameter{positionOf(n), name, value})
	}
	for _, n := range r.list(p.value, "params") {
		switch n = r.resolve(n); n.Kind {
		case yaml.ScalarNode:
			add(n, n.Value, nil)
		case yaml.MappingNode:
			pairs := r.pairs(n)
			if len(pairs) != 1 {
				r.problem(positionOf(n), "a parameter with a default is one key with a value", fmt.Sprintf("%d keys are found", len(pairs)), "")
			}
			for _, d := range pairs {
				add(d.key, d.name, r.value(d.value))
			}
		default:
			r.problem(positionOf(n), "a parameter is not a name", "found: "+kindOf(n), "")
		}
	}
	return all
}

// steps reads a list of steps.
func (r *reader) steps(n *yaml.Node, what string) []*Step {
	entries := r.list(n, what)
	if n = r.resolve(n); n.Kind == yaml.SequenceNode && len(entries) == 0 {
		r.problem(positionOf(n), what+": the list is empty", "", "Write at least one step.")
	}
	var all []*Step
	first := map[string]int{}
	for _, entry := range entries {
		name, body := r.named(entry, "a step")
		if body == nil {
			continue
		}
		if line, twice := first[name.Value]; twice {
			r.problem(positionOf(name), fmt.Sprintf("two steps are named %q", name.Value), fmt.Sprintf("first in line %d", line), "Give it another name.")
		} else {
			first[name.Value] = name.Line
		}
		if body = r.enter(body); body != nil {
			step := r.step(body, nil)
			step.Position, step.Name = positionOf(name), name.Value
			all = append(all, step)
			r.leave()
		}
	}
	return all
}

// named reads an entry of a list that is a map of one key: its name and what is
// below it. The second is nil when it is something else.
func (r *reader) named(n *yaml.Node, what string) (name, body *yaml.Node) {
	n = r.resolve(n)
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		r.problem(positionOf(n), what+" is not a name with a body", "found: "+kindOf(n), "Write \"- name:\", and below it, further in, what it does.")
		return nil, nil
	}
	pairs := r.pairs(n)
	if len(pairs) != 1 {
		hint := "Begin each with a dash; indent what belongs to it further than its name."
		r.problem(positionOf(n), what+" has more than one name", fmt.Sprintf("%d keys are found in one entry of the list", len(pairs)), hint)
		return nil, nil
	}
	return pairs[0].key, pairs[0].value
}
