package python

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// marker is the condition after a requirement's semicolon. Source:
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
type marker struct {
	// or, and are the parts of a compound; else the three below are a comparison.
	or, and         []marker
	left, operation operand
	right           operand
}

type operand struct {
	text    string
	literal bool
}

var markerToken = regexp.MustCompile(`^\s*(?:(\()|(\))|("[^"\n]*"|'[^'\n]*')|(===|==|~=|!=|<=|>=|<|>)|([A-Za-z_][A-Za-z0-9_.]*))`)

// markerNames are the variables that a marker can have.
var markerNames = []string{
	"os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release", "platform_system",
	"platform_version", "python_version", "python_full_version", "implementation_name", "implementation_version", "extra",
}

// checkMarkerText is nil for a marker, and for none.
func checkMarkerText(text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	_, err := parseMarker(text)
	return err
}

func parseMarker(text string) (marker, error) {
	if len(text) > maxMarker {
		return marker{}, fmt.Errorf("the marker has %d bytes, more than %d", len(text), maxMarker)
	}
	p := &markerParser{}
	for rest := text; strings.TrimSpace(rest) != ""; {
		m := markerToken.FindString(rest)
		if m == "" {
			return marker{}, fmt.Errorf("the marker is not understood at %q", strings.TrimSpace(rest))
		}
		p.tokens = append(p.tokens, strings.TrimSpace(m))
		rest = rest[len(m):]
	}
	m, err := p.any()
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("the marker is not understood at %q", strings.Join(p.tokens, " "))
	}
	return m, err
}

// maxMarker, in bytes, and maxMarkerDepth are far beyond what tools write.
const (
	maxMarker      = 64 << 10
	maxMarkerDepth = 1000
)

type markerParser struct {
	tokens []string
	depth  int
}

func (p *markerParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t
}

func (p *markerParser) accept(token string) bool {
	if len(p.tokens) > 0 && p.tokens[0] == token {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *markerParser) any() (marker, error) {
	return p.list("or", p.every, func(l []marker) marker { return marker{or: l} })
}

func (p *markerParser) every() (marker, error) {
	return p.list("and", p.one, func(l []marker) marker { return marker{and: l} })
}

func (p *markerParser) list(word string, part func() (marker, error), join func([]marker) marker) (marker, error) {
	first, err := part()
	if err != nil {
		return first, err
	}
	all := []marker{first}
	for p.accept(word) {
		m, err := part()
		if err != nil {
			return m, err
		}
		all = append(all, m)
	}
	if len(all) == 1 {
		return first, nil
	}
	return join(all), nil
}

func (p *markerParser) one() (marker, error) {
	if p.accept("(") {
		p.depth++
		defer func() { p.depth-- }()
		if p.depth > maxMarkerDepth {
			return marker{}, fmt.Errorf("the marker has more than %d parentheses in each other", maxMarkerDepth)
		}
		m, err := p.any()
		if err == nil && !p.accept(")") {
			err = fmt.Errorf("the marker lacks a closing parenthesis")
		}
		return m, err
	}
	left, err := p.operand()
	if err != nil {
		return marker{}, err
	}
	operation := p.next()
	if operation == "not" && p.accept("in") {
		operation = "not in"
	}
	if !slices.Contains([]string{"===", "==", "~=", "!=", "<=", ">=", "<", ">", "in", "not in"}, operation) {
		return marker{}, fmt.Errorf("the marker has %q where a comparison is expected", operation)
	}
	right, err := p.operand()
	if err == nil && left.literal == right.literal && left.literal {
		err = fmt.Errorf("the marker compares two texts: %q and %q", left.text, right.text)
	}
	return marker{left: left, operation: operand{text: operation}, right: right}, err
}

func (p *markerParser) operand() (operand, error) {
	t := p.next()
	if len(t) > 1 && (t[0] == '"' || t[0] == '\'') {
		return operand{text: t[1 : len(t)-1], literal: true}, nil
	}
	name := strings.ReplaceAll(t, ".", "_")
	if name == "python_implementation" {
		name = "platform_python_implementation"
	}
	if !slices.Contains(markerNames, name) {
		return operand{}, fmt.Errorf("the marker has %q where one of its variables is expected, such as python_version", t)
	}
	return operand{text: name}, nil
}
