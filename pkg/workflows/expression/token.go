package expression

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError is a mistake in an expression.
type SyntaxError struct {
	// Offset counts characters from the start of the expression, from 0.
	Offset int
	// Message says what is wrong, Hint what to do; Hint may be empty.
	Message, Hint string
}

// Error is the message and, where there is one, the hint.
func (e *SyntaxError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + ": " + e.Hint
}

type kind int

const (
	end kind = iota
	name
	number
	text
	symbol
)

// token is one word of an expression; offset counts characters.
type token struct {
	kind   kind
	text   string
	offset int
}

func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return fmt.Sprintf("%q", t.text)
}

// symbols are the operators and brackets, longest first.
var symbols = []string{"==", "!=", "<=", ">=", "//", "+", "-", "*", "/", "%", "<", ">", "(", ")", "[", "]", "{", "}", ",", ".", ":"}

// mistaken are operators of other languages, with what is meant here.
var mistaken = map[string]string{"&&": "and", "||": "or", "!": "not"}

func scan(source string) ([]token, error) {
	var tokens []token
	rest, at := source, 0
	take := func(bytes int) string {
		word := rest[:bytes]
		rest, at = rest[bytes:], at+utf8.RuneCountInString(word)
		return word
	}
	for rest != "" {
		r, size := utf8.DecodeRuneInString(rest)
		start := at
		switch {
		case unicode.IsSpace(r):
			take(size)
		case r == '"' || r == '\'':
			value, length, err := quoted(rest, at)
			if err != nil {
				return nil, err
			}
			take(length)
			tokens = append(tokens, token{text, value, start})
		case isLetter(r):
			tokens = append(tokens, token{name, take(span(rest, func(r rune) bool { return isLetter(r) || isDigit(r) })), start})
		case isDigit(r):
			tokens = append(tokens, token{number, take(numeral(rest)), start})
		default:
			s := symbolAt(rest)
			if s == "" {
				return nil, unknownSymbol(rest, at)
			}
			take(len(s))
			tokens = append(tokens, token{symbol, s, start})
		}
	}
	return append(tokens, token{end, "", at}), nil
}

func isLetter(r rune) bool { return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
func isDigit(r rune) bool  { return '0' <= r && r <= '9' }

func span(s string, in func(rune) bool) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !in(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// numeral is the length of the number s starts with: digits, fraction, exponent.
func numeral(s string) int {
	n := span(s, isDigit)
	if f := strings.TrimPrefix(s[n:], "."); len(f) < len(s[n:]) && span(f, isDigit) > 0 {
		n += 1 + span(f, isDigit)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if d := span(s[e:], isDigit); d > 0 {
			n = e + d
		}
	}
	return n
}

func symbolAt(s string) string {
	for _, sym := range symbols {
		if strings.HasPrefix(s, sym) {
			return sym
		}
	}
	return ""
}

func unknownSymbol(rest string, at int) error {
	for _, sign := range []string{"&&", "||", "!"} {
		if strings.HasPrefix(rest, sign) {
			return &SyntaxError{at, fmt.Sprintf("%q is not an operator", sign), fmt.Sprintf("Write %q.", mistaken[sign])}
		}
	}
	if rest[0] == '=' {
		return &SyntaxError{at, `"=" is not an operator`, `Write "==" to compare.`}
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return &SyntaxError{at, fmt.Sprintf("%q cannot be part of an expression", r), ""}
}
