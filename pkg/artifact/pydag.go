package artifact

import (
	"regexp"
	"strings"
)

// pythonDAGs are the ids that DAGs are made with in Python's text, as far as they are
// written out: DAG("id", …), DAG(…, dag_id="id"), both with @dag, and the name of the
// function below a @dag without an id. Ids that are computed are not found. It reads
// tokens, so that neither brackets within a call nor comments and texts mislead it.
func pythonDAGs(text string) (ids []string) {
	s := &pyScanner{text: text}
	var last pyToken
	decorating := false // since an @ there were but names and dots
	for t := s.next(); t.kind != pyEnd; t = s.next() {
		dag := decorating && last.is(pyName, "dag")
		switch {
		case t.is(pyMark, "(") && (dag || last.is(pyName, "DAG")):
			if id, ok := s.call(); ok {
				ids = append(ids, id)
			} else if dag {
				ids = append(ids, s.function(s.next())...)
			}
			t = pyToken{}
		case dag && !t.is(pyMark, "."):
			ids = append(ids, s.function(t)...)
			t = pyToken{}
		}
		decorating = t.is(pyMark, "@") || decorating && (t.is(pyMark, ".") || t.kind == pyName && last.kind == pyMark)
		last = t
	}
	return ids
}

type pyKind int

const (
	pyEnd pyKind = iota
	pyName
	pyString
	pyMark
)

// pyToken is a name or number, a string's text, or a character. computed says of a
// string that its text is known only when it is run.
type pyToken struct {
	kind     pyKind
	text     string
	computed bool
}

func (t pyToken) is(kind pyKind, text string) bool { return t.kind == kind && t.text == text }

// pyScanner reads Python's text token by token. It checks nothing: what is no Python
// gives tokens too.
type pyScanner struct {
	text string
	at   int
}

func (s *pyScanner) next() pyToken {
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == '#':
			s.skipTo('\n')
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\\':
			s.at++
		case c == '"' || c == '\'':
			return s.string("")
		case isPyName(c):
			start := s.at
			for s.at < len(s.text) && isPyName(s.text[s.at]) {
				s.at++
			}
			word := s.text[start:s.at]
			if s.at < len(s.text) && (s.text[s.at] == '"' || s.text[s.at] == '\'') && pyPrefix.MatchString(word) {
				return s.string(strings.ToLower(word))
			}
			return pyToken{kind: pyName, text: word}
		default:
			s.at++
			return pyToken{kind: pyMark, text: string(c)}
		}
	}
	return pyToken{}
}

// pyPrefix is what may stand before a string's quote.
var pyPrefix = regexp.MustCompile(`^(?i:[rbfut]|[rb]{2}|[rf]{2}|[rt]{2})$`)

// literal is what an id can be: with anything else Airflow refuses the DAG.
var literal = regexp.MustCompile(`^[\w.-]+$`)

func isPyName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func (s *pyScanner) skipTo(c byte) {
	if i := strings.IndexByte(s.text[s.at:], c); i >= 0 {
		s.at += i
		return
	}
	s.at = len(s.text)
}

// string reads a string from its quote on. One line's string ends with the line.
func (s *pyScanner) string(prefix string) pyToken {
	quote := s.text[s.at : s.at+1]
	long := strings.HasPrefix(s.text[s.at:], strings.Repeat(quote, 3))
	if long {
		quote = strings.Repeat(quote, 3)
	}
	s.at += len(quote)
	start := s.at
	for s.at < len(s.text) {
		switch {
		case s.text[s.at] == '\\':
			s.at += 2
			continue
		case strings.HasPrefix(s.text[s.at:], quote):
			text := s.text[start:s.at]
			s.at += len(quote)
			return pyToken{pyString, text, strings.ContainsAny(prefix, "ft") && strings.Contains(text, "{") || strings.Contains(prefix, "b")}
		case s.text[s.at] == '\n' && !long:
			return pyToken{pyString, "", true}
		}
		s.at++
	}
	s.at = len(s.text)
	return pyToken{pyString, "", true}
}

// call reads the arguments of a call up to its end, and gives the id among them: the
// first argument when it has no name, or dag_id. Strings that stand one after the other
// are one.
func (s *pyScanner) call() (id string, ok bool) {
	depth, first := 1, true
	var argument []pyToken
	end := func() {
		name := ""
		if len(argument) >= 2 && argument[0].kind == pyName && argument[1].is(pyMark, "=") {
			name, argument = argument[0].text, argument[2:]
		} else if !first {
			name = "*"
		}
		if text, plain := joined(argument); plain && !ok && (name == "" || name == "dag_id") {
			id, ok = text, true
		}
		argument, first = nil, false
	}
	for t := s.next(); t.kind != pyEnd; t = s.next() {
		if t.kind == pyMark {
			switch t.text {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth--
			case ",":
				if depth == 1 {
					end()
					continue
				}
			}
		}
		if depth == 0 {
			end()
			break
		}
		argument = append(argument, t)
	}
	return id, ok
}

// joined is the text of an argument that is nothing but strings, in brackets or not, and
// can be an id.
func joined(argument []pyToken) (string, bool) {
	for n := len(argument); n >= 2 && argument[0].is(pyMark, "(") && argument[n-1].is(pyMark, ")"); n = len(argument) {
		argument = argument[1 : n-1]
	}
	var text strings.Builder
	for _, t := range argument {
		if t.kind != pyString || t.computed {
			return "", false
		}
		text.WriteString(t.text)
	}
	return text.String(), literal.MatchString(text.String())
}

// function is the name of the function that follows, behind other decorators; t is the
// token that was read already.
func (s *pyScanner) function(t pyToken) []string {
	for ; t.kind != pyEnd; t = s.next() {
		switch {
		case t.is(pyName, "def"):
			if name := s.next(); name.kind == pyName {
				return []string{name.text}
			}
			return nil
		case t.is(pyName, "class"), t.is(pyName, "return"), t.is(pyName, "import"):
			return nil // it was no decorator
		}
	}
	return nil
}
