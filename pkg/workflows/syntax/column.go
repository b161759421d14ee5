package syntax

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// inside is the place of the character at offset in a scalar's text. Where YAML
// folds or escapes so that it is not certain, it is the place of the scalar.
func (r *reader) inside(n *yaml.Node, offset int) Position {
	start := positionOf(n)
	if n.Line < 1 || n.Line > len(r.lines) || n.Column < 1 {
		return start
	}
	raw := []rune(r.lines[n.Line-1])
	if n.Column > len(raw) {
		return start
	}
	raw = raw[n.Column-1:]
	switch n.Style {
	case yaml.SingleQuotedStyle:
		return within(start, raw, offset, '\'', func(rest []rune) int {
			if rest[0] == '\'' && len(rest) > 1 && rest[1] == '\'' {
				return 2
			}
			return 1
		})
	case yaml.DoubleQuotedStyle:
		return within(start, raw, offset, '"', escape)
	case 0:
		if text := []rune(n.Value); strings.HasPrefix(string(raw), n.Value) && offset <= len(text) {
			return Position{start.Line, start.Column + offset}
		}
	}
	return start
}

// within walks over a quoted text; step is how many raw characters the next one
// takes.
func within(start Position, raw []rune, offset int, quote rune, step func([]rune) int) Position {
	if raw[0] != quote {
		return start
	}
	at := 1
	for ; offset > 0 && at < len(raw); offset-- {
		at += step(raw[at:])
	}
	if at >= len(raw) {
		return start
	}
	return Position{start.Line, start.Column + at}
}

func escape(rest []rune) int {
	if rest[0] != '\\' || len(rest) < 2 {
		return 1
	}
	switch rest[1] {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	}
	return 2
}
