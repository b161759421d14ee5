package jinja

import (
	"fmt"
	"slices"
	"strings"
)

// parser follows the grammar of jinja2/parser.py. A mistake ends it by a panic with
// the *Error, which run catches: the grammar has no place to go on from.
type parser struct {
	tokens []token
	at     int
	// broken is why the last token is where it is; nil when that is the end.
	broken *Error
	// depth is how deep expressions and blocks are nested.
	depth    int
	template *Template
	// inside are the tags that are open; blocks the names of blocks.
	inside []token
	blocks map[string]bool
}

// maxDepth is how deep a template may be nested. Python's own compiler gives up at a
// hundred brackets, and at twenty loops.
const maxDepth = 90

func (p *parser) run() (err *Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			err = r
		default:
			panic(r)
		}
	}()
	p.whole(p.current())
	p.body()
	return nil
}

func (p *parser) fail(t token, reason, hint string) { panic(&Error{t.line, t.column, reason, hint}) }

func (p *parser) current() token { return p.tokens[p.at] }

// look is the token behind the current one.
func (p *parser) look() token {
	t := p.tokens[min(p.at+1, len(p.tokens)-1)]
	p.whole(t)
	return t
}

// whole ends reading where the text cannot be cut further.
func (p *parser) whole(t token) {
	if t.kind == broken {
		panic(p.broken)
	}
}

func (p *parser) next() token {
	t := p.tokens[p.at]
	if p.at < len(p.tokens)-1 {
		p.at++
	}
	p.whole(p.current())
	return t
}

// skipIf moves on when the token is one.
func (p *parser) skipIf(what string) bool {
	if !p.current().is(what) {
		return false
	}
	p.next()
	return true
}

// expect moves on, or fails.
func (p *parser) expect(what string) token {
	if t := p.current(); !t.is(what) {
		p.fail(t, fmt.Sprintf("there is %s where %q should be", t.describe(), strings.TrimPrefix(what, "name:")), "")
	}
	return p.next()
}

func (p *parser) expectName(what string) token {
	if t := p.current(); t.kind != name {
		p.fail(t, fmt.Sprintf("there is %s where %s should be", t.describe(), what), "")
	}
	return p.next()
}

// deeper counts a level; call what it returns at the end of the level.
func (p *parser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.current(), "the template is nested too deeply", fmt.Sprintf("At most %d levels are read.", maxDepth))
	}
	return func() { p.depth-- }
}

func (p *parser) isAny(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return p.current().is("name:" + w) })
}

// body reads text and tags up to a tag that begins with one of the words, or to the end.
func (p *parser) body(until ...string) {
	defer p.deeper()()
	for {
		switch t := p.next(); t.kind {
		case data:
		case variableBegin:
			p.tuple(expressions)
			p.expect("}}")
		case blockBegin:
			if p.isAny(until) {
				return
			}
			p.statement()
			p.expect("%}")
		default: // the end: a tag has no other beginning
			if len(p.inside) > 0 {
				open := p.inside[len(p.inside)-1]
				p.fail(open, fmt.Sprintf("the tag %q is not closed", open.value), "Write {% "+until[len(until)-1]+" %} where it ends.")
			}
			return
		}
	}
}

// statements reads what stands between a tag and the one that ends it.
func (p *parser) statements(until ...string) token {
	p.skipIf(":")
	p.expect("%}")
	p.body(until...)
	return p.next()
}

// statement reads a tag with all that belongs to it.
func (p *parser) statement() {
	t := p.current()
	if t.kind != name {
		p.fail(t, fmt.Sprintf("there is %s where the name of a tag should be", t.describe()), "")
	}
	read, known := tags[t.value]
	if !known {
		p.unknownTag(t)
	}
	p.next()
	p.inside = append(p.inside, t)
	read(p)
	p.inside = p.inside[:len(p.inside)-1]
}

func (p *parser) unknownTag(t token) {
	reason, hint := fmt.Sprintf("there is no tag %q", shorten(t.value)), ""
	if strings.HasPrefix(t.value, "end") || t.value == "else" || t.value == "elif" {
		reason = fmt.Sprintf("the tag %q ends nothing here", shorten(t.value))
		if len(p.inside) > 0 {
			open := p.inside[len(p.inside)-1]
			hint = fmt.Sprintf("The tag %q of line %d is open.", open.value, open.line)
		}
	} else if near := nearest(t.value, tagNames()); near != "" {
		hint = fmt.Sprintf("Did you mean %q?", near)
	}
	p.fail(t, reason, hint)
}
