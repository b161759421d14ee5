package jinja

import (
	"fmt"
	"slices"
)

// shape is what an expression is, as far as tags ask for it.
type shape int

const (
	other shape = iota
	variable
	call
)

// expression reads a whole expression: a, or a if b else c.
func (p *parser) expression() shape {
	defer p.deeper()()
	s := p.or()
	for p.skipIf("name:if") {
		s = other
		p.or()
		if p.skipIf("name:else") {
			p.expression()
		}
	}
	return s
}

// chain reads operands with operators between them.
func (p *parser) chain(operand func() shape, operators ...string) shape {
	s := operand()
	for slices.ContainsFunc(operators, p.current().is) {
		p.next()
		operand()
		s = other
	}
	return s
}

func (p *parser) or() shape  { return p.chain(p.and, "name:or") }
func (p *parser) and() shape { return p.chain(p.not, "name:and") }

func (p *parser) not() shape {
	if p.skipIf("name:not") {
		defer p.deeper()()
		p.not()
		return other
	}
	return p.compare()
}

func (p *parser) compare() shape {
	s := p.sum()
	for {
		switch {
		case slices.ContainsFunc([]string{"==", "!=", "<", "<=", ">", ">="}, p.current().is), p.current().is("name:in"):
			p.next()
		case p.current().is("name:not") && p.look().is("name:in"):
			p.next()
			p.next()
		default:
			return s
		}
		s = other
		p.sum()
	}
}

func (p *parser) sum() shape     { return p.chain(p.concat, "+", "-") }
func (p *parser) concat() shape  { return p.chain(p.product, "~") }
func (p *parser) product() shape { return p.chain(p.power, "*", "/", "//", "%") }
func (p *parser) power() shape   { return p.chain(func() shape { return p.unary(true) }, "**") }

func (p *parser) unary(filters bool) shape {
	s := other
	if p.current().is("-") || p.current().is("+") {
		p.next()
		leave := p.deeper()
		p.unary(false)
		leave()
	} else {
		s = p.primary()
	}
	s = p.postfix(s)
	if filters {
		s = p.filters(s)
	}
	return s
}

func (p *parser) primary() shape {
	switch t := p.next(); {
	case t.kind == name:
		if !isConstant(t.value) {
			p.mention(t)
			if attribute, ok := p.attribute(); ok {
				attribute.Variable = t.value
				p.template.Attributes = append(p.template.Attributes, attribute)
			}
			return variable
		}
	case t.kind == text:
		for p.current().kind == text {
			p.next()
		}
	case t.kind == integer, t.kind == float:
	case t.is("("):
		leave := p.deeper()
		s := p.tuple(parentheses)
		leave()
		p.expect(")")
		return s
	case t.is("["):
		p.items("]", func() { p.expression() })
	case t.is("{"):
		p.items("}", func() {
			p.expression()
			p.expect(":")
			p.expression()
		})
	default:
		hint := ""
		if t.is("}}") || t.is("%}") {
			hint = "An expression is missing."
		}
		p.fail(t, "there is "+t.describe()+" where a value should be", hint)
	}
	return other
}

// items reads what stands in brackets; a comma may be the last.
func (p *parser) items(closing string, item func()) {
	for first := true; !p.current().is(closing); first = false {
		if !first {
			p.expect(",")
			if p.current().is(closing) {
				break
			}
		}
		item()
	}
	p.expect(closing)
}

func isConstant(word string) bool {
	return slices.Contains([]string{"true", "false", "none", "True", "False", "None"}, word)
}

func (p *parser) mention(t token) {
	if !p.template.Uses(t.value) {
		p.template.Variables = append(p.template.Variables, Variable{t.value, t.line, t.column})
	}
}

// attribute looks at .name and ['name'] without reading them.
func (p *parser) attribute() (Attribute, bool) {
	t := p.tokens[min(p.at+1, len(p.tokens)-1)]
	if p.current().is(".") && t.kind == name || p.current().is("[") && t.kind == text && p.tokens[min(p.at+2, len(p.tokens)-1)].is("]") {
		return Attribute{Name: t.value, Line: t.line, Column: t.column}, true
	}
	return Attribute{}, false
}

// postfix reads attributes, items and calls.
func (p *parser) postfix(s shape) shape {
	for {
		switch {
		case p.current().is("."):
			p.next()
			if t := p.next(); t.kind != name && t.kind != integer {
				p.fail(t, "there is "+t.describe()+" where the name of an attribute should be", "")
			}
			s = other
		case p.current().is("["):
			p.next()
			p.subscripts()
			s = other
		case p.current().is("("):
			p.arguments()
			s = call
		default:
			return s
		}
	}
}

// subscripts reads what stands in a[…]: values and slices.
func (p *parser) subscripts() {
	first, count, slices := p.current(), 0, 0
	for ; !p.current().is("]"); count++ {
		if count > 0 {
			p.expect(",")
		}
		if p.subscript() {
			slices++
		}
	}
	if slices > 0 && count > 1 {
		p.fail(first, "a slice stands beside another subscript", "Jinja makes Python of it that is not valid.")
	}
	p.expect("]")
}

// subscript reads one, and reports whether it is a slice.
func (p *parser) subscript() bool {
	ends := func() bool { return p.current().is("]") || p.current().is(",") }
	if !p.skipIf(":") {
		p.expression()
		if !p.skipIf(":") {
			return false
		}
	}
	if !p.current().is(":") && !ends() {
		p.expression()
	}
	if p.skipIf(":") && !ends() {
		p.expression()
	}
	return true
}

// arguments reads those of a call.
func (p *parser) arguments() {
	p.expect("(")
	var named, list, mapping bool
	seen := map[string]bool{}
	ensure := func(ok bool) {
		if !ok {
			p.fail(p.current(), "the arguments of a call are in the wrong order", "First those without a name, then those with one, then *list and **mapping.")
		}
	}
	for first := true; !p.current().is(")"); first = false {
		if !first {
			p.expect(",")
			if p.current().is(")") {
				break
			}
		}
		switch t := p.current(); {
		case t.is("*"):
			ensure(!list && !mapping)
			p.next()
			list = true
		case t.is("**"):
			ensure(!mapping)
			p.next()
			mapping = true
		case t.kind == name && p.look().is("="):
			ensure(!mapping)
			if seen[t.value] {
				p.fail(t, fmt.Sprintf("the argument %q is there twice", shorten(t.value)), "Remove one of them.")
			}
			seen[t.value] = true
			p.next()
			p.next()
			named = true
		default:
			ensure(!list && !mapping && !named)
		}
		p.expression()
	}
	p.expect(")")
}
