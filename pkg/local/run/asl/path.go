package asl

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/theory/jsonpath"
)

// Path is a JSONPath of a definition, on the state's data or, with $$, on the context object.
// Step Functions reads plain paths more leniently than RFC 9535 does ("$.a-b"), so these
// are read here; filters, wildcards and slices are the library's.
type Path struct {
	text    string
	context bool
	// steps is the plain path; nil with a query.
	steps []step
	query *jsonpath.Path
}

// step is a member name, or an index when name is not used.
type step struct {
	name    string
	index   int
	isIndex bool
}

// parsePath reads a path.
func parsePath(text string) (*Path, error) {
	p := &Path{text: text}
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, fmt.Errorf("%q is not a path: a path starts with $", text)
	}
	if after, ok := strings.CutPrefix(rest, "$"); ok {
		p.context, rest = true, after
	}
	if rest != "" && rest[0] != '.' && rest[0] != '[' {
		return nil, fmt.Errorf("%q refers to a variable; variables (Assign) cannot be executed", text)
	}
	if steps, ok := plainSteps(rest); ok {
		p.steps = steps
		return p, nil
	}
	q, err := jsonpath.Parse("$" + rest)
	if err != nil {
		return nil, fmt.Errorf("%q is not a path that can be executed: %w", text, err)
	}
	p.query = q
	return p, nil
}

// plainSteps reads .name, ['name'] and [0] steps. It is false for anything else.
func plainSteps(s string) ([]step, bool) {
	steps := []step{}
	for s != "" {
		if s[0] == '.' {
			end := strings.IndexAny(s[1:], ".[")
			if end < 0 {
				end = len(s) - 1
			}
			name := s[1 : 1+end]
			if name == "" || strings.ContainsAny(name, "*?@()'\",:]{} \t\r\n") {
				return nil, false
			}
			steps, s = append(steps, step{name: name}), s[1+end:]
			continue
		}
		if s[0] != '[' {
			return nil, false
		}
		st, rest, ok := bracketStep(s[1:])
		if !ok {
			return nil, false
		}
		steps, s = append(steps, st), rest
	}
	return steps, true
}

// bracketStep reads what follows a bracket: 'name'] or "name"] or 0].
func bracketStep(s string) (step, string, bool) {
	if s != "" && (s[0] == '\'' || s[0] == '"') {
		quote := s[0]
		var name strings.Builder
		for i := 1; i < len(s); i++ {
			switch {
			case s[i] == '\\' && i+1 < len(s):
				i++
				name.WriteByte(s[i])
			case s[i] == quote:
				rest, ok := strings.CutPrefix(s[i+1:], "]")
				return step{name: name.String()}, rest, ok
			default:
				name.WriteByte(s[i])
			}
		}
		return step{}, "", false
	}
	number, rest, ok := strings.Cut(s, "]")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return step{}, "", false
	}
	return step{index: n, isIndex: true}, rest, true
}

// reference tells whether the path is a reference path: it can name one place only, in the state's data.
func (p *Path) reference() bool { return p.query == nil && !p.context }

// get reads the path from the state's data or from the context object.
// It is false when a plain path leads nowhere; other paths give a list, maybe an empty one.
func (p *Path) get(data, context any) (any, bool) {
	v := data
	if p.context {
		v = context
	}
	if p.query != nil {
		found := p.query.Select(v)
		list := make([]any, 0, len(found))
		return append(list, found...), true
	}
	for _, s := range p.steps {
		switch node := v.(type) {
		case map[string]any:
			if s.isIndex {
				return nil, false
			}
			member, ok := node[s.name]
			if !ok {
				return nil, false
			}
			v = member
		case []any:
			i := s.index
			if i < 0 {
				i += len(node)
			}
			if !s.isIndex || i < 0 || i >= len(node) {
				return nil, false
			}
			v = node[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// selector is InputPath, OutputPath or ItemsPath: a path, or null for an empty object.
type selector struct {
	null bool
	path *Path
}

func (s selector) apply(field string, data, context any) (any, error) {
	if s.null {
		return map[string]any{}, nil
	}
	if s.path == nil {
		return data, nil
	}
	v, ok := s.path.get(data, context)
	if !ok {
		return nil, &Error{ErrRuntime, fmt.Sprintf("Invalid path '%s' : %s finds nothing in the input: %s", s.path.text, field, brief(data))}
	}
	return v, nil
}

// brief renders data for an error's cause, cut to a readable length.
func brief(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	const most = 400
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + " …"
	}
	return string(text)
}
