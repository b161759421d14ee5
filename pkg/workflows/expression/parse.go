package expression

import (
	"fmt"
	"strconv"
	"strings"
)

// Expression is one parsed expression. It may be evaluated many times, also at
// the same time.
type Expression struct {
	// Source is what was parsed, without "${" and "}".
	Source string
	root   node
}

// Reference is the use of a variable, or of a function as a value.
type Reference struct {
	// Name is the first name, such as "response"; Path is the whole dotted name,
	// such as "http.default_retry".
	Name, Path string
	// Offset counts characters from the start of the expression, from 0.
	Offset int
}

// Call is the call of a function.
type Call struct {
	// Name is dotted, such as "text.split".
	Name string
	// Arguments is how many are given.
	Arguments int
	// Offset counts characters from the start of the expression, from 0.
	Offset int
}

// deepest bounds the nesting of brackets, so that no input exhausts the stack.
const deepest = 200

// Parse parses what stands between "${" and "}". The error is a *SyntaxError.
func Parse(source string) (*Expression, error) {
	p, err := newParser(source)
	if err != nil {
		return nil, err
	}
	root, err := p.expression(0)
	if err == nil {
		err = p.expectEnd()
	}
	if err != nil {
		return nil, err
	}
	return &Expression{source, root}, nil
}

type parser struct {
	tokens []token
	depth  int
}

func newParser(source string) (*parser, error) {
	tokens, err := scan(source)
	if err == nil && len(tokens) == 1 {
		err = &SyntaxError{0, "the expression is empty", "Write a value, or take ${} away."}
	}
	return &parser{tokens: tokens}, err
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) take(s string) bool {
	if t := p.peek(); t.kind == symbol && t.text == s {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(s string) error {
	if p.take(s) {
		return nil
	}
	return &SyntaxError{p.peek().offset, fmt.Sprintf("%q is expected, %s is found", s, p.peek()), ""}
}

func (p *parser) expectEnd() error {
	t := p.peek()
	if t.kind == end {
		return nil
	}
	hint := ""
	if strings.ToLower(t.text) == "not" {
		hint = `Write not (a in b) for "not in".`
	}
	return &SyntaxError{t.offset, fmt.Sprintf("an operator is expected, %s is found", t), hint}
}

// levels are the operators from the least to the most binding.
// https://cloud.google.com/workflows/docs/reference/syntax/datatypes
var levels = [][]string{{"or"}, {"and"}, {"==", "!=", "<", "<=", ">", ">=", "in"}, {"+", "-"}, {"*", "/", "//", "%"}}

func (p *parser) operator(level int) (string, bool) {
	t := p.peek()
	for _, op := range levels[level] {
		if t.kind == symbol && t.text == op || t.kind == name && word(t.text) == op {
			return op, true
		}
	}
	return "", false
}

// word is a keyword in lower case: and, or, not may be written in capitals, but
// not in both.
func word(s string) string {
	switch s {
	case "AND", "OR", "NOT":
		return strings.ToLower(s)
	}
	return s
}

func (p *parser) expression(level int) (node, error) {
	if p.depth++; p.depth > deepest {
		return nil, &SyntaxError{p.peek().offset, "the expression is nested too deeply", ""}
	}
	defer func() { p.depth-- }()
	return p.binary(level)
}

func (p *parser) binary(level int) (node, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil {
		op, ok := p.operator(level)
		if !ok {
			return left, nil
		}
		p.next()
		var right node
		if right, err = p.binary(level + 1); err == nil {
			left = &binary{op, left, right}
		}
	}
	return nil, err
}

func (p *parser) unary() (node, error) {
	t := p.peek()
	minus := t.kind == symbol && t.text == "-"
	if not := t.kind == name && word(t.text) == "not"; !minus && !not {
		return p.postfix()
	}
	p.next()
	if p.depth++; p.depth > deepest {
		return nil, &SyntaxError{t.offset, "the expression is nested too deeply", ""}
	}
	defer func() { p.depth-- }()
	of, err := p.unary()
	if err != nil {
		return nil, err
	}
	if minus {
		return &negate{of}, nil
	}
	return &not{of}, nil
}

func numberNode(t token) (node, error) {
	if !strings.ContainsAny(t.text, ".eE") {
		n, err := strconv.ParseInt(t.text, 10, 64)
		if err != nil {
			return nil, &SyntaxError{t.offset, t.text + " is too large", "An integer has 64 bits."}
		}
		return literal{n}, nil
	}
	f, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return nil, &SyntaxError{t.offset, t.text + " is too large", ""}
	}
	return literal{f}, nil
}
