package jinja

import (
	"fmt"
	"slices"
)

// mode is which expressions a tuple has.
type mode int

const (
	// expressions are any.
	expressions mode = iota
	// iterables are those that an "if" behind them does not belong to.
	iterables
	// parentheses are any, or none at all.
	parentheses
)

// tuple reads expressions with commas between them.
func (p *parser) tuple(m mode) shape {
	s := other
	count := 0
	for ; ; count++ {
		if count > 0 && !p.skipIf(",") {
			break
		}
		if p.tupleEnds() {
			if count == 0 && m != parentheses {
				p.fail(p.current(), "there is "+p.current().describe()+" where a value should be", "An expression is missing.")
			}
			return other
		}
		if m == iterables {
			s = p.or()
		} else {
			s = p.expression()
		}
	}
	if count > 1 {
		return other
	}
	return s
}

func (p *parser) tupleEnds() bool {
	t := p.current()
	return t.is("}}") || t.is("%}") || t.is(")")
}

// nameOnly reads a name that something is given.
func (p *parser) nameOnly() token {
	t := p.expectName("a name")
	p.assignable(t)
	return t
}

// assignable notes a name that is given something.
func (p *parser) assignable(t token) {
	if isConstant(t.value) {
		p.fail(t, fmt.Sprintf("%q is a value, and no name", t.value), "Rename it.")
	}
	if !slices.Contains(p.template.Given, t.value) {
		p.template.Given = append(p.template.Given, t.value)
	}
}

// assignTarget reads what a value is given to, and returns the names. With namespace it
// may be an attribute, as in {% set ns.x = 1 %}.
func (p *parser) assignTarget(namespace bool) []string {
	var names []string
	for count := 0; ; count++ {
		if count > 0 && !p.skipIf(",") {
			return names
		}
		if p.tupleEnds() {
			if count == 0 {
				p.fail(p.current(), "there is "+p.current().describe()+" where a name should be", "")
			}
			return names
		}
		names = append(names, p.target(namespace)...)
	}
}

// target reads one name, or several in parentheses.
func (p *parser) target(namespace bool) []string {
	if open := p.current(); open.is("(") {
		defer p.deeper()()
		p.next()
		if p.skipIf(")") {
			return nil
		}
		names := p.assignTarget(false)
		p.expect(")")
		return names
	}
	t := p.current()
	if t.kind != name {
		p.fail(t, "there is "+t.describe()+" where a name should be", "")
	}
	p.next()
	if namespace && p.skipIf(".") {
		p.expectName("the name of an attribute")
		return nil
	}
	p.assignable(t)
	return []string{t.value}
}
