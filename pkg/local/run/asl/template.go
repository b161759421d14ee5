package asl

import (
	"fmt"
	"strings"
)

// template is a payload template: JSON in which members whose names end in ".$" are paths or intrinsic functions.
type template struct {
	literal any
	object  map[string]*template
	list    []*template
	expr    *expression
}

// parseTemplate reads a payload template.
func parseTemplate(v any) (*template, error) {
	switch v := v.(type) {
	case map[string]any:
		t := &template{object: make(map[string]*template, len(v))}
		for name, member := range v {
			child, err := parseMember(name, member)
			if err != nil {
				return nil, err
			}
			key := strings.TrimSuffix(name, ".$")
			if _, twice := t.object[key]; twice {
				return nil, fmt.Errorf("%q and %q are the same member", key, key+".$")
			}
			t.object[key] = child
		}
		return t, nil
	case []any:
		t := &template{list: make([]*template, len(v))}
		for i, item := range v {
			child, err := parseTemplate(item)
			if err != nil {
				return nil, err
			}
			t.list[i] = child
		}
		return t, nil
	}
	return &template{literal: v}, nil
}

func parseMember(name string, member any) (*template, error) {
	if !strings.HasSuffix(name, ".$") {
		return parseTemplate(member)
	}
	text, ok := member.(string)
	if !ok {
		return nil, fmt.Errorf("the value of %q must be a string with a path or an intrinsic function", name)
	}
	e, err := parseExpression(text)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	return &template{expr: e}, nil
}

// fill evaluates the template.
func (t *template) fill(data, context any) (any, error) {
	switch {
	case t.expr != nil:
		return t.expr.eval(data, context)
	case t.object != nil:
		out := make(map[string]any, len(t.object))
		for name, member := range t.object {
			v, err := member.fill(data, context)
			if err != nil {
				return nil, err
			}
			out[name] = v
		}
		return out, nil
	case t.list != nil:
		out := make([]any, len(t.list))
		for i, item := range t.list {
			v, err := item.fill(data, context)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	return t.literal, nil
}

// constant returns a member's value when it is a plain string of the definition.
func (t *template) constant(name string) (string, bool) {
	if t == nil || t.object == nil || t.object[name] == nil {
		return "", false
	}
	s, ok := t.object[name].literal.(string)
	return s, ok
}
