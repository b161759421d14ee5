package jinja

import (
	"fmt"
	"slices"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// knownFilters are those of Jinja 3.1 and, in the end, those that Airflow adds.
var knownFilters = []string{
	"abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat", "first", "float",
	"forceescape", "format", "groupby", "indent", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "pprint",
	"random", "reject", "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string", "striptags",
	"sum", "title", "tojson", "trim", "truncate", "unique", "upper", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr",
	"ds", "ds_nodash", "ts", "ts_nodash", "ts_nodash_with_tz",
}

// knownTests are those of Jinja 3.1.
var knownTests = []string{
	"boolean", "callable", "defined", "divisibleby", "eq", "equalto", "escaped", "even", "false", "filter", "float", "ge", "greaterthan", "gt",
	"in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number", "odd", "sameas", "sequence", "string",
	"test", "true", "undefined", "upper",
}

func nearest(word string, words []string) string { return problem.Nearest(word, words) }

// filters reads filters, tests and calls behind a value.
func (p *parser) filters(s shape) shape {
	for {
		switch {
		case p.current().is("|"):
			p.next()
			p.filter()
			s = other
		case p.current().is("name:is"):
			p.next()
			p.test()
			s = other
		case p.current().is("("):
			p.arguments()
			s = call
		default:
			return s
		}
	}
}

// dotted reads a name that may have dots.
func (p *parser) dotted(what string) token {
	t := p.expectName("the name of a " + what)
	for p.skipIf(".") {
		t.value += "." + p.expectName("the name of a "+what).value
	}
	return t
}

// filter reads one filter, behind its "|".
func (p *parser) filter() {
	t := p.dotted("filter")
	p.known(t, "filter", knownFilters)
	if p.current().is("(") {
		p.arguments()
	}
}

// known refuses a filter or a test that there is not. Jinja itself finds it in the
// branches of an if only when they run.
func (p *parser) known(t token, what string, words []string) {
	if slices.Contains(words, t.value) {
		return
	}
	hint := ""
	if near := nearest(t.value, words); near != "" {
		hint = fmt.Sprintf("Did you mean %q?", near)
	}
	p.fail(t, fmt.Sprintf("there is no %s %q", what, shorten(t.value)), hint)
}

// test reads what stands behind "is".
func (p *parser) test() {
	p.skipIf("name:not")
	t := p.dotted("test")
	p.known(t, "test", knownTests)
	next := p.current()
	switch {
	case next.is("("):
		p.arguments()
	case next.is("name:else"), next.is("name:or"), next.is("name:and"):
	case next.is("name:is"):
		p.fail(next, "two tests stand behind each other", "Write brackets around the first.")
	case next.kind == name, next.kind == text, next.kind == integer, next.kind == float, next.is("["), next.is("{"):
		leave := p.deeper()
		p.postfix(p.primary())
		leave()
	}
}
