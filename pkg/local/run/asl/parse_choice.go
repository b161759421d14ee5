package asl

import (
	"maps"
	"slices"
	"strings"
)

func (p *parser) choiceState(s *State, object map[string]any) {
	list := p.list(s.Name, object, "Choices")
	if len(list) == 0 {
		p.bad(s.Name, "Choices must be a list with at least one rule")
	}
	for _, rule := range list {
		next, _ := rule["Next"].(string)
		if next == "" {
			p.bad(s.Name, "every rule of Choices has a Next")
		}
		s.choices = append(s.choices, choice{test: p.rule(s.Name, rule, true), next: next})
	}
	if v, ok := object["Default"]; ok {
		if s.defaultChoice, ok = v.(string); !ok || s.defaultChoice == "" {
			p.bad(s.Name, "Default must be the name of a state")
		}
	}
}

func never(any, any) (bool, error) { return false, nil }

// rule reads a Boolean or a comparison. Only a rule at the top has a Next.
func (p *parser) rule(state string, rule map[string]any, top bool) test {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(rule)) {
		switch {
		case name == "Comment", name == "Variable", name == "Next" && top:
		case name == "Assign":
			p.refuse(state, "variables (Assign)")
		case name == "Condition":
			p.refuse(state, "JSONata (Condition)")
		default:
			names = append(names, name)
		}
	}
	if len(names) != 1 {
		p.bad(state, "a rule of Choices has one operator, not %d (%s)", len(names), strings.Join(names, ", "))
		return never
	}
	name := names[0]
	switch name {
	case "And", "Or":
		var tests []test
		for _, inner := range p.list(state, rule, name) {
			tests = append(tests, p.rule(state, inner, false))
		}
		if len(tests) == 0 {
			p.bad(state, "%s must have at least one rule", name)
		}
		if name == "And" {
			return and(tests)
		}
		return or(tests)
	case "Not":
		inner, ok := rule["Not"].(map[string]any)
		if !ok {
			p.bad(state, "Not must be a rule")
			return never
		}
		return not(p.rule(state, inner, false))
	}
	return p.comparison(state, rule, name)
}

func (p *parser) comparison(state string, rule map[string]any, name string) test {
	variable := p.path(state, rule, "Variable")
	if variable == nil {
		p.bad(state, "a comparison has a Variable with a path")
		return never
	}
	operand := rule[name]
	if is, ok := typeTests[name]; ok || name == "IsPresent" {
		want, isBool := operand.(bool)
		if !isBool {
			p.bad(state, "%s must be true or false", name)
		}
		if name == "IsPresent" {
			return func(data, context any) (bool, error) {
				_, present := variable.get(data, context)
				return present == want, nil
			}
		}
		return compare(variable, func(v, _ any) bool { return is(v) == want }, nil, nil)
	}
	base, isPath := strings.CutSuffix(name, "Path")
	accept, ok := operators[base]
	if !ok || (isPath && base == "StringMatches") {
		p.bad(state, "the comparison operator %q does not exist", name)
		return never
	}
	if isPath {
		return compare(variable, accept, nil, p.reference(state, rule, name))
	}
	if !operandFits(base, operand) {
		p.bad(state, "%s does not compare with %s", name, brief(operand))
	}
	return compare(variable, accept, operand, nil)
}

// operandFits tells whether a constant has the operator's type: it equals itself then.
func operandFits(operator string, operand any) bool {
	switch {
	case strings.HasPrefix(operator, "String"):
		_, ok := operand.(string)
		return ok
	case strings.HasPrefix(operator, "Numeric"):
		return typeTests["IsNumeric"](operand)
	case strings.HasPrefix(operator, "Timestamp"):
		return typeTests["IsTimestamp"](operand)
	}
	return typeTests["IsBoolean"](operand)
}
