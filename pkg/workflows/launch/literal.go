package launch

import (
	"encoding/json"
	"fmt"
	"strings"
)

// literal is a value as YAML that Workflows takes as it is.
type literal struct {
	Literal string
	// Marked is what stands for "$" in the text, to be replaced when it is used; ""
	// for nothing. Workflows would take "${" for the beginning of an expression.
	Marked string
}

// marks are candidates for what stands for "$".
var marks = []string{"§", "¤", "¦", "¶", "‡", "※"}

// mark takes every "$" out of a text that has "${".
func mark(s string) (marked, by string) {
	if !strings.Contains(s, "${") {
		return s, ""
	}
	for _, m := range marks {
		if !strings.Contains(s, m) {
			return strings.ReplaceAll(s, "$", m), m
		}
	}
	// All of them at once: more of one of them than the text has in a row.
	m := marks[0]
	for strings.Contains(s, m) {
		m += marks[0]
	}
	return strings.ReplaceAll(s, "$", m), m
}

// text is a text in double quotes, as JSON and YAML have it.
func text(s string) string {
	out, err := compact(s)
	if err != nil {
		// A text always has a JSON form.
		panic(err)
	}
	return out
}

// write is the literal of a parameter: a text, or a value that JSON has.
func write(v any) (literal, error) {
	if s, ok := v.(string); ok {
		marked, by := mark(s)
		return literal{text(marked), by}, nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return literal{}, err
	}
	if strings.Contains(string(data), "${") {
		return literal{}, fmt.Errorf("a parameter with ${ inside a list or a mapping cannot be written")
	}
	return literal{Literal: string(data)}, nil
}

// block is a text of several lines as a block of YAML whose lines are indented.
func block(s string, indent int) literal {
	marked, by := mark(s)
	if strings.ContainsFunc(marked, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }) ||
		strings.HasPrefix(marked, " ") || strings.HasPrefix(marked, "\n") || marked == "" {
		return literal{text(marked), by}
	}
	pad := "\n" + strings.Repeat(" ", indent)
	return literal{"|-" + pad + strings.ReplaceAll(strings.TrimRight(marked, "\n"), "\n", pad), by}
}
