package jinja

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer cuts a template into tokens, as jinja2/lexer.py does with the standard
// delimiters and without line statements.
type lexer struct {
	source       string
	at           int
	line, column int
	tokens       []token
	// open are the brackets of the tag that are not closed yet.
	open []token
}

// tokenize cuts the whole template. The last token is end, or broken with the error:
// a mistake of the grammar before it comes first, as it does in Jinja.
func tokenize(source string) ([]token, *Error) {
	l := &lexer{source: newlines.Replace(source), line: 1, column: 1}
	// Jinja drops one line end in the end, so that nothing stands behind it.
	l.source = strings.TrimSuffix(l.source, "\n")
	for l.at < len(l.source) {
		if err := l.root(); err != nil {
			l.add(broken, "")
			return l.tokens, err
		}
	}
	l.add(end, "")
	return l.tokens, nil
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func (l *lexer) rest() string { return l.source[l.at:] }

func (l *lexer) add(k kind, value string) {
	l.tokens = append(l.tokens, token{k, value, l.line, l.column})
}

func (l *lexer) fail(reason, hint string) *Error { return &Error{l.line, l.column, reason, hint} }

// skip moves on by n bytes.
func (l *lexer) skip(n int) {
	passed := l.source[l.at : l.at+n]
	l.at += n
	if i := strings.LastIndexByte(passed, '\n'); i >= 0 {
		l.line += strings.Count(passed, "\n")
		l.column = 1
		passed = passed[i+1:]
	}
	l.column += utf8.RuneCountInString(passed)
}

var (
	rawBegin   = regexp.MustCompile(`^\{%[-+]?\s*raw\s*-?%\}`)
	rawEnd     = regexp.MustCompile(`\{%[-+]?\s*endraw\s*[-+]?%\}`)
	commentEnd = "#}"
)

// root reads text up to the next tag, and the tag.
func (l *lexer) root() *Error {
	i := 0
	for ; i < len(l.rest()); i++ {
		if l.rest()[i] == '{' && i+1 < len(l.rest()) && strings.IndexByte("%{#", l.rest()[i+1]) >= 0 {
			break
		}
	}
	if i > 0 {
		l.add(data, l.rest()[:i])
		l.skip(i)
		return nil
	}
	switch rest := l.rest(); {
	case rest[1] == '#':
		return l.comment()
	case rest[1] == '{':
		return l.tag(variableBegin, variableEnd, "}}")
	default:
		if m := rawBegin.FindString(rest); m != "" {
			return l.raw(len(m))
		}
		return l.tag(blockBegin, blockEnd, "%}")
	}
}

func (l *lexer) comment() *Error {
	i := strings.Index(l.rest()[2:], commentEnd)
	if slices.Contains([]string{"{#", "{#-", "{#+"}, l.rest()) { // nothing is commented out, and Jinja lets it pass
		l.skip(len(l.rest()))
		return nil
	}
	if i < 0 {
		return l.fail("the comment is not closed", `Write #} where it ends.`)
	}
	l.skip(2 + i + len(commentEnd))
	return nil
}

func (l *lexer) raw(begin int) *Error {
	m := rawEnd.FindStringIndex(l.rest()[begin:])
	if len(l.rest()) == begin { // likewise
		l.skip(begin)
		return nil
	}
	if m == nil {
		return l.fail("the raw block is not closed", `Write {% endraw %} where it ends.`)
	}
	l.skip(begin + m[1])
	return nil
}

// tag reads the tokens between two delimiters.
func (l *lexer) tag(begin, finish kind, delimiter string) *Error {
	l.add(begin, "")
	start := l.tokens[len(l.tokens)-1]
	l.skip(2)
	if l.at < len(l.source) && (l.rest()[0] == '-' || l.rest()[0] == '+') {
		l.skip(1)
	}
	l.open = l.open[:0]
	for l.at < len(l.source) {
		if n := l.closes(delimiter); n > 0 && len(l.open) == 0 {
			l.add(finish, "")
			l.skip(n)
			return nil
		}
		if err := l.inner(); err != nil {
			return err
		}
	}
	return &Error{start.line, start.column, "the tag is not closed", "Write " + delimiter + " where it ends."}
}

// closes is the length of the closing delimiter that begins here, or 0.
func (l *lexer) closes(delimiter string) int {
	rest := l.rest()
	if strings.HasPrefix(rest, delimiter) {
		return len(delimiter)
	}
	if (rest[0] == '-' || rest[0] == '+' && delimiter == "%}") && strings.HasPrefix(rest[1:], delimiter) {
		return 1 + len(delimiter)
	}
	return 0
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// inner reads one token of a tag.
func (l *lexer) inner() *Error {
	rest := l.rest()
	if n := len(rest) - len(strings.TrimLeftFunc(rest, isSpace)); n > 0 {
		l.skip(n)
		return nil
	}
	if n := l.number(); n > 0 {
		return nil
	}
	if n := wordLength(rest); n > 0 {
		if !isIdentifier(rest[:n]) {
			return l.fail("a name has a character that names do not have", "")
		}
		l.add(name, rest[:n])
		l.skip(n)
		return nil
	}
	if rest[0] == '\'' || rest[0] == '"' {
		return l.text()
	}
	return l.operator()
}

func wordLength(s string) int {
	i := strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
	if i < 0 {
		return len(s)
	}
	return i
}

// isIdentifier is Python's rule, as far as letters, digits and marks go.
func isIdentifier(s string) bool {
	for i, r := range s {
		switch {
		case r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r):
		case i > 0 && (unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r)):
		default:
			return false
		}
	}
	return true
}

var (
	floatPattern   = regexp.MustCompile(`^(\d+_)*\d+((\.(\d+_)*\d+)?[eE][+-]?(\d+_)*\d+|\.(\d+_)*\d+)`)
	integerPattern = regexp.MustCompile(`(?i)^(0b(_?[01])+|0o(_?[0-7])+|0x(_?[0-9a-f])+|[1-9](_?\d)*|0(_?0)*)`)
)

// number reads a number; what follows a dot is a whole one.
func (l *lexer) number() int {
	rest := l.rest()
	m, k := "", float
	if l.at == 0 || l.source[l.at-1] != '.' {
		m = floatPattern.FindString(rest)
	}
	if m == "" {
		m, k = integerPattern.FindString(rest), integer
	}
	if m != "" {
		l.add(k, m)
		l.skip(len(m))
	}
	return len(m)
}

// operators are all of them, longer ones first.
var operators = []string{"//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"}

var closing = map[string]string{"(": ")", "[": "]", "{": "}"}

func (l *lexer) operator() *Error {
	for _, o := range operators {
		if !strings.HasPrefix(l.rest(), o) {
			continue
		}
		switch o {
		case "(", "[", "{":
			l.open = append(l.open, token{operator, o, l.line, l.column})
		case ")", "]", "}":
			if len(l.open) == 0 {
				return l.fail("there is no bracket that "+o+" closes", "")
			}
			last := l.open[len(l.open)-1]
			if closing[last.value] != o {
				return l.fail("the bracket "+last.value+" is closed by "+o, "Write "+closing[last.value]+".")
			}
			l.open = l.open[:len(l.open)-1]
		}
		l.add(operator, o)
		l.skip(len(o))
		return nil
	}
	r, _ := utf8.DecodeRuneInString(l.rest())
	return l.fail("the character "+string(r)+" has no meaning here", "")
}
