package jinja

import (
	"fmt"
	"slices"
	"strings"
)

// tags are those of Jinja, and do, which Airflow adds. break, continue, trans and
// debug belong to extensions that Airflow does not load.
var tags map[string]func(*parser)

// The readers refer to the table through the parser.
func init() {
	tags = map[string]func(*parser){
		"for": (*parser).forTag, "if": (*parser).ifTag, "block": (*parser).blockTag, "extends": (*parser).extendsTag,
		"print": (*parser).printTag, "macro": (*parser).macroTag, "include": (*parser).includeTag, "from": (*parser).fromTag,
		"import": (*parser).importTag, "set": (*parser).setTag, "with": (*parser).withTag, "autoescape": (*parser).autoescapeTag,
		"call": (*parser).callTag, "filter": (*parser).filterTag, "do": func(p *parser) { p.tuple(expressions) },
	}
}

func tagNames() []string {
	names := []string{"raw"}
	for t := range tags {
		names = append(names, t)
	}
	slices.Sort(names)
	return names
}

func (p *parser) forTag() {
	first := p.current()
	for _, target := range p.assignTarget(false) {
		if target == "loop" {
			p.fail(first, `"loop" is the loop itself, and no name for its items`, "Rename it.")
		}
	}
	p.expect("name:in")
	p.tuple(iterables)
	if p.skipIf("name:if") {
		p.expression()
	}
	p.skipIf("name:recursive")
	if p.statements("else", "endfor").value == "else" {
		p.statements("endfor")
	}
}

func (p *parser) ifTag() {
	for {
		p.tuple(iterables)
		switch p.statements("elif", "else", "endif").value {
		case "elif":
		case "else":
			p.statements("endif")
			return
		default:
			return
		}
	}
}

func (p *parser) blockTag() {
	t := p.expectName("the name of a block")
	if p.blocks[t.value] {
		p.fail(t, fmt.Sprintf("the block %q is there twice", shorten(t.value)), "")
	}
	p.blocks[t.value] = true
	p.skipIf("name:scoped")
	required := p.skipIf("name:required")
	if p.current().is("-") {
		p.fail(p.current(), "a block's name has no hyphens", "Use an underscore.")
	}
	from := p.at
	p.statements("endblock")
	// What stands in it ends with the tag endblock.
	if required && slices.ContainsFunc(p.tokens[from:max(from, p.at-2)], func(t token) bool {
		return t.kind == variableBegin || t.kind == blockBegin || t.kind == data && strings.TrimSpace(t.value) != ""
	}) {
		p.fail(t, "a required block has nothing but comments in it", "")
	}
	p.skipIf("name:" + t.value)
}

func (p *parser) extendsTag() {
	for _, open := range p.inside[:len(p.inside)-1] {
		if open.value != "if" {
			p.fail(p.inside[len(p.inside)-1], fmt.Sprintf("extends stands in the tag %q", open.value), "Write it where no other tag is open.")
		}
	}
	p.load("extends")
}

func (p *parser) printTag() {
	for first := true; !p.current().is("%}"); first = false {
		if !first {
			p.expect(",")
		}
		p.expression()
	}
}

func (p *parser) macroTag() {
	p.nameOnly()
	own := p.signature()
	from := p.at
	p.statements("endmacro")
	p.useOfCaller(own, from)
}

// useOfCaller refuses a parameter "caller" without a default of a macro, or a call,
// that calls it.
func (p *parser) useOfCaller(own *token, from int) {
	uses := func(t token) bool { return t.kind == name && t.value == "caller" }
	if own != nil && slices.ContainsFunc(p.tokens[from:p.at], uses) {
		p.fail(*own, `the parameter "caller" has no default`, "Leave it out: a macro has it by itself.")
	}
}

// signature reads the parameters of a macro or of a call, and returns a parameter
// "caller" that has no default.
func (p *parser) signature() (caller *token) {
	p.expect("(")
	seen := map[string]bool{}
	defaults := false
	for first := true; !p.current().is(")"); first = false {
		if !first {
			p.expect(",")
		}
		t := p.current()
		p.nameOnly()
		switch {
		case seen[t.value]:
			p.fail(t, fmt.Sprintf("there are two parameters %q", shorten(t.value)), "Rename one of them.")
		case p.skipIf("="):
			p.expression()
			defaults = true
		case defaults:
			p.fail(p.current(), fmt.Sprintf("the parameter %q has no default, and stands behind one that has", shorten(t.value)), "Give it a default, or move it forward.")
		case t.value == "caller":
			caller = &t
		}
		seen[t.value] = true
	}
	p.expect(")")
	return caller
}

func (p *parser) callTag() {
	var own *token
	if p.current().is("(") {
		own = p.signature()
	}
	t := p.current()
	if p.expression() != call {
		p.fail(t, "a macro must be called here", "Write it as in {% call name() %}.")
	}
	from := p.at
	p.statements("endcall")
	p.useOfCaller(own, from)
}

func (p *parser) filterTag() {
	p.filter()
	for p.skipIf("|") {
		p.filter()
	}
	p.statements("endfilter")
}

func (p *parser) setTag() {
	p.assignTarget(true)
	if p.skipIf("=") {
		p.tuple(expressions)
		return
	}
	for p.skipIf("|") {
		p.filter()
	}
	p.statements("endset")
}

func (p *parser) withTag() {
	for first := true; !p.current().is("%}"); first = false {
		if !first {
			p.expect(",")
		}
		p.assignTarget(false)
		p.expect("=")
		p.expression()
	}
	p.statements("endwith")
}

func (p *parser) autoescapeTag() {
	p.expression()
	p.statements("endautoescape")
}
