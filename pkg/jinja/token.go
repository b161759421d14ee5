package jinja

import "fmt"

// kind is what a token is.
type kind int

const (
	data kind = iota
	variableBegin
	variableEnd
	blockBegin
	blockEnd
	name
	text
	integer
	float
	operator
	end
	// broken is where a text cannot be cut further; the lexer has the reason.
	broken
)

// token is a piece of a template. Of a text, value is what it stands for.
type token struct {
	kind         kind
	value        string
	line, column int
}

// is reports an operator or, as "name:if", a word.
func (t token) is(what string) bool {
	switch t.kind {
	case operator:
		return t.value == what
	case name:
		return len(what) == len(t.value)+5 && what[:5] == "name:" && what[5:] == t.value
	case blockEnd:
		return what == "%}"
	case variableEnd:
		return what == "}}"
	}
	return false
}

// describe is the token for a message.
func (t token) describe() string {
	switch t.kind {
	case data:
		return "text outside a tag"
	case variableBegin:
		return `"{{"`
	case variableEnd:
		return `the end of the expression, "}}"`
	case blockBegin:
		return `"{%"`
	case blockEnd:
		return `the end of the tag, "%}"`
	case text:
		return "a text in quotes"
	case end:
		return "the end of the template"
	default:
		return fmt.Sprintf("%q", shorten(t.value))
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:37]) + "..."
	}
	return s
}

// Error is the first mistake of a template.
type Error struct {
	// Line and Column count from 1; columns are characters.
	Line, Column int
	// Reason says what is wrong, Hint what to do; Hint may be empty.
	Reason, Hint string
}

func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Reason) }
