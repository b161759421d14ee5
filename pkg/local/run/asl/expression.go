package asl

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// expression is the value of a ".$" member: a path, or an intrinsic function whose arguments are expressions.
type expression struct {
	path     *Path
	function string
	call     intrinsic
	args     []*expression
	// literal is an argument's constant when neither path nor function is set.
	literal any
}

// maxIntrinsicDepth is the limit of nested intrinsic functions
// (https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html).
const maxIntrinsicDepth = 10

// parseExpression reads a path or an intrinsic function.
func parseExpression(text string) (*expression, error) {
	if strings.HasPrefix(text, "$") {
		p, err := parsePath(text)
		if err != nil {
			return nil, err
		}
		return &expression{path: p}, nil
	}
	in := &scanner{text: text}
	e, err := in.callExpression(1)
	if err != nil {
		return nil, err
	}
	in.spaces()
	if in.rest() != "" {
		return nil, fmt.Errorf("%q: unexpected %q after the function", text, in.rest())
	}
	return e, nil
}

func (e *expression) eval(data, context any) (any, error) {
	switch {
	case e.path != nil:
		v, ok := e.path.get(data, context)
		if !ok {
			return nil, &Error{ErrParameterPath, fmt.Sprintf("The JSONPath '%s' could not be found in the input '%s'", e.path.text, brief(data))}
		}
		return v, nil
	case e.call != nil:
		args := make([]any, len(e.args))
		for i, a := range e.args {
			v, err := a.eval(data, context)
			if err != nil {
				return nil, err
			}
			args[i] = v
		}
		v, err := e.call(args)
		if err != nil {
			return nil, &Error{ErrIntrinsicFailure, fmt.Sprintf("%s: %v", e.function, err)}
		}
		return v, nil
	}
	return e.literal, nil
}

// scanner reads intrinsic functions.
type scanner struct {
	text string
	at   int
}

func (s *scanner) rest() string { return s.text[s.at:] }

func (s *scanner) spaces() {
	for s.at < len(s.text) && strings.ContainsRune(" \t\r\n", rune(s.text[s.at])) {
		s.at++
	}
}

func (s *scanner) take(c byte) bool {
	s.spaces()
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// callExpression reads States.Name(arguments).
func (s *scanner) callExpression(depth int) (*expression, error) {
	if depth > maxIntrinsicDepth {
		return nil, fmt.Errorf("intrinsic functions are nested deeper than %d", maxIntrinsicDepth)
	}
	open := strings.IndexByte(s.rest(), '(')
	if open < 0 {
		return nil, fmt.Errorf("%q is neither a path nor an intrinsic function", s.rest())
	}
	name := strings.TrimSpace(s.rest()[:open])
	def, ok := intrinsics[name]
	if !ok {
		return nil, fmt.Errorf("the intrinsic function %q is not known", name)
	}
	s.at += open + 1
	e := &expression{function: name, call: def.call}
	if !s.take(')') {
		for {
			arg, err := s.argument(depth)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			e.args = append(e.args, arg)
			if s.take(')') {
				break
			}
			if !s.take(',') {
				return nil, fmt.Errorf("%s: expected , or ) before %q", name, s.rest())
			}
		}
	}
	if len(e.args) < def.min || (def.max >= 0 && len(e.args) > def.max) {
		return nil, fmt.Errorf("%s does not take %d arguments", name, len(e.args))
	}
	return e, nil
}

// argument reads a string in quotes, a path, a nested function, a number, true, false or null.
func (s *scanner) argument(depth int) (*expression, error) {
	s.spaces()
	rest := s.rest()
	switch {
	case strings.HasPrefix(rest, "'"):
		return s.quoted()
	case strings.HasPrefix(rest, "States."):
		return s.callExpression(depth + 1)
	case strings.HasPrefix(rest, "$"):
		end := pathEnd(rest)
		p, err := parsePath(strings.TrimSpace(rest[:end]))
		if err != nil {
			return nil, err
		}
		s.at += end
		return &expression{path: p}, nil
	}
	end := strings.IndexAny(rest, ",)")
	if end < 0 {
		return nil, fmt.Errorf("the argument %q does not end", rest)
	}
	word := strings.TrimSpace(rest[:end])
	s.at += end
	switch word {
	case "null":
		return &expression{}, nil
	case "true", "false":
		return &expression{literal: word == "true"}, nil
	}
	if _, err := strconv.ParseFloat(word, 64); err != nil {
		return nil, fmt.Errorf("%q is not an argument: strings stand in single quotes", word)
	}
	return &expression{literal: json.Number(word)}, nil
}

// quoted reads a string in single quotes; a backslash takes the next character as it is,
// but \{ and \} keep theirs for States.Format.
func (s *scanner) quoted() (*expression, error) {
	var b strings.Builder
	for i := s.at + 1; i < len(s.text); i++ {
		c := s.text[i]
		switch {
		case c == '\\' && i+1 < len(s.text):
			i++
			if s.text[i] == '{' || s.text[i] == '}' {
				b.WriteByte('\\')
			}
			b.WriteByte(s.text[i])
		case c == '\'':
			s.at = i + 1
			return &expression{literal: b.String()}, nil
		default:
			b.WriteByte(c)
		}
	}
	return nil, fmt.Errorf("the string %s does not end", s.rest())
}

// pathEnd finds the end of a path argument: the first comma or closing bracket outside brackets and quotes.
func pathEnd(s string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '[' || c == '(':
			depth++
		case c == ']':
			depth--
		case c == ')' && depth > 0:
			depth--
		case (c == ',' || c == ')') && depth == 0:
			return i
		}
	}
	return len(s)
}
