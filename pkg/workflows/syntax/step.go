package syntax

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"gopkg.in/yaml.v3"
)

// actions are the keys of what a step does, of which it has one.
var actions = []string{"assign", "call", "for", "parallel", "raise", "return", "steps", "switch", "try"}

// companions are keys that only go with one of the actions.
var companions = map[string]string{"args": "call", "result": "call", "retry": "try", "except": "try"}

// step reads the body of a step. Keys in allowed belong to what is around it.
func (r *reader) step(n *yaml.Node, allowed []string) *Step {
	known := append(slices.Concat(actions, []string{"args", "result", "retry", "except", "next"}), allowed...)
	fields, ok := r.mapping(n, "a step", known...)
	step := &Step{Position: positionOf(n)}
	if !ok {
		return step
	}
	var does []string
	for _, a := range actions {
		if _, ok := fields[a]; ok {
			does = append(does, a)
		}
	}
	if len(does) > 1 {
		r.problem(positionOf(fields[does[1]].key), "a step does more than one thing", "found: "+strings.Join(does, ", "), "Make steps of their own.")
	}
	for _, key := range []string{"args", "result", "retry", "except"} {
		if f, ok := fields[key]; ok && !slices.Contains(does, companions[key]) {
			r.problem(positionOf(f.key), fmt.Sprintf("%s goes with %s only", key, companions[key]), "", "")
		}
	}
	if next, ok := fields["next"]; ok {
		step.Next, step.NextPosition = r.name(next, "next"), positionOf(next.value)
	}
	if len(does) > 0 {
		step.Kind = does[0]
		r.action(step, fields[does[0]], fields)
	} else if step.Kind = "next"; step.Next == "" && len(allowed) == 0 {
		r.missing(fields, step.Position, "the step does nothing", "", "Write one of "+strings.Join(actions, ", ")+", next.")
	}
	return step
}

func (r *reader) action(step *Step, p pair, fields map[string]pair) {
	at := positionOf(p.key)
	switch p.name {
	case "assign":
		step.Assign = r.assignments(p)
	case "call":
		step.Call = r.call(p, fields)
	case "for":
		step.For = r.loop(p)
	case "parallel":
		step.Parallel = r.parallel(p)
	case "raise":
		step.Raise = r.value(p.value)
	case "return":
		step.Return = r.value(p.value)
	case "steps":
		step.Steps = r.steps(p.value, "steps")
	case "switch":
		step.Switch = r.conditions(p)
	case "try":
		step.Try = r.try(at, p, fields)
	}
}

func (r *reader) assignments(p pair) []Assignment {
	entries := r.list(p.value, "assign")
	if len(entries) > MaxAssignments {
		r.problem(positionOf(p.key), "too many assignments in a step", fmt.Sprintf("%d; Workflows allows %d (%s)", len(entries), MaxAssignments, quotas), "Make two steps of it.")
	}
	var all []Assignment
	for _, entry := range entries {
		name, body := r.named(entry, "an assignment")
		if body == nil {
			continue
		}
		target, err := expression.ParseTarget(name.Value)
		var wrong *expression.SyntaxError
		if errors.As(err, &wrong) {
			r.problem(r.inside(name, wrong.Offset), "the variable to assign to is not valid", wrong.Message, wrong.Hint)
			continue
		}
		if body = r.enter(body); body != nil {
			all = append(all, Assignment{positionOf(name), target, r.value(body)})
			r.leave()
		}
	}
	return all
}

func (r *reader) call(p pair, fields map[string]pair) *Call {
	c := &Call{Position: positionOf(p.value), Function: r.name(p, "call")}
	if args, ok := fields["args"]; ok {
		c.Arguments = r.value(args.value)
		if _, constant := c.Arguments.Constant(); constant && c.Arguments.Expression == nil {
			if c.Arguments.Scalar != nil {
				r.problem(positionOf(args.value), "args is neither a map nor a list", "found: "+kindOf(r.resolve(args.value)), "Write each argument as a key with its value.")
			}
			c.Arguments = nil
		}
	}
	if result, ok := fields["result"]; ok {
		c.Result = r.name(result, "result")
		r.variable(positionOf(result.value), c.Result)
	}
	return c
}

func (r *reader) conditions(p pair) []*Condition {
	entries := r.list(p.value, "switch")
	if len(entries) > MaxConditions {
		r.problem(positionOf(p.key), "too many conditions in a switch", fmt.Sprintf("%d; Workflows allows %d (%s)", len(entries), MaxConditions, quotas), "Make two steps of it.")
	}
	var all []*Condition
	for _, entry := range entries {
		if entry = r.enter(entry); entry == nil {
			continue
		}
		c := &Condition{Position: positionOf(entry), Then: r.step(entry, []string{"condition"})}
		r.leave()
		if entry.Kind != yaml.MappingNode {
			continue
		}
		for _, f := range entry.Content {
			if f.Value == "condition" && f.Kind == yaml.ScalarNode {
				c.Condition = r.conditionOf(entry)
				break
			}
		}
		if c.Condition == nil {
			r.noCondition(c, entry)
			continue
		}
		if v, constant := c.Condition.Constant(); constant {
			if _, ok := v.(bool); !ok {
				r.problem(c.Condition.Position, "a condition is not a boolean", "", "Write an expression: ${a == b}.")
			}
		} else if c.Condition.List || c.Condition.Map {
			r.problem(c.Condition.Position, "a condition is not a boolean", "", "Write an expression: ${a == b}.")
		}
		all = append(all, c)
	}
	return all
}

// noCondition is the problem of an entry without a condition, where it has no
// unknown key that is most likely meant to be it.
func (r *reader) noCondition(c *Condition, entry *yaml.Node) {
	for i := 0; i < len(entry.Content); i += 2 {
		if problem.Nearest(entry.Content[i].Value, []string{"condition"}) != "" {
			return
		}
	}
	r.problem(c.Position, "an entry of switch has no condition", "", "Write \"condition: true\" for all other cases.")
}

func (r *reader) conditionOf(entry *yaml.Node) *Value {
	for i := 0; i+1 < len(entry.Content); i += 2 {
		if entry.Content[i].Value == "condition" {
			return r.value(entry.Content[i+1])
		}
	}
	return nil
}
