package jinja

import (
	"fmt"
	"strings"
)

// load reads the expression that names another template.
func (p *parser) load(tag string) {
	first := p.current()
	from := p.at
	p.expression()
	l := Load{Tag: tag, Line: first.line, Column: first.column}
	constant := true
	for _, t := range p.tokens[from:p.at] {
		switch {
		case t.kind == text:
			l.Names = append(l.Names, t.value)
		case t.is("["), t.is("]"), t.is("("), t.is(")"), t.is(","):
		default:
			constant = false
		}
	}
	if !constant {
		l.Names = nil
	}
	p.template.Loads = append(p.template.Loads, l)
}

// context reads with context or without context.
func (p *parser) context() bool {
	if (p.current().is("name:with") || p.current().is("name:without")) && p.look().is("name:context") {
		p.next()
		p.next()
		return true
	}
	return false
}

func (p *parser) includeTag() {
	p.load("include")
	if p.current().is("name:ignore") && p.look().is("name:missing") {
		p.next()
		p.next()
	}
	p.context()
}

func (p *parser) importTag() {
	p.load("import")
	p.expect("name:as")
	p.nameOnly()
	p.context()
}

func (p *parser) fromTag() {
	p.load("from")
	p.expect("name:import")
	for first := true; ; first = false {
		if !first {
			p.expect(",")
		}
		if p.current().kind == name && p.context() {
			return
		}
		t := p.nameOnly()
		if strings.HasPrefix(t.value, "_") {
			p.fail(t, fmt.Sprintf("%q cannot be imported", shorten(t.value)), "Names with an underscore in front belong to their template.")
		}
		if p.skipIf("name:as") {
			p.nameOnly()
		}
		if p.context() || !p.current().is(",") {
			return
		}
	}
}
