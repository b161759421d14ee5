package expression

import "strings"

func (n literal) eval(Scope) (any, error) { return n.value, nil }

func (n *variable) eval(s Scope) (any, error) {
	if v, ok := s.Variable(n.name); ok {
		return v, nil
	}
	if v, ok := s.Value(n.name); ok {
		return v, nil
	}
	return nil, Faultf(KeyError, "there is no variable %q", n.name)
}

func (n *call) eval(s Scope) (any, error) {
	arguments, err := evalAll(n.arguments, s)
	if err != nil {
		return nil, err
	}
	return s.Call(n.name, arguments)
}

func evalAll(nodes []node, s Scope) ([]any, error) {
	values := make([]any, len(nodes))
	for i, n := range nodes {
		v, err := n.eval(s)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (n *index) eval(s Scope) (any, error) {
	if v, ok := n.library(s); ok {
		return v, nil
	}
	of, err := n.of.eval(s)
	if err != nil {
		return nil, err
	}
	at, err := n.at.eval(s)
	if err != nil {
		return nil, err
	}
	switch of := of.(type) {
	case []any:
		i, err := position(of, at)
		if err != nil {
			return nil, err
		}
		return of[i], nil
	case map[string]any:
		key, ok := at.(string)
		if !ok {
			return nil, Faultf(TypeError, "a key of a map is a string, not %s", TypeOf(at))
		}
		v, ok := of[key]
		if !ok {
			return nil, Faultf(KeyError, "key not found: %s", key)
		}
		return v, nil
	}
	return nil, Faultf(TypeError, "%s has no elements", TypeOf(of))
}

// library is the value of a dotted name that is no variable: http.default_retry.
func (n *index) library(s Scope) (any, bool) {
	v, ok := n.of.(*variable)
	member, literally := n.at.(literal)
	if !ok || !literally || !strings.Contains(v.path, ".") {
		return nil, false
	}
	if _, ok := s.Variable(v.name); ok {
		return nil, false
	}
	second, _ := member.value.(string)
	return s.Value(v.name + "." + second)
}

func position(list []any, at any) (int64, error) {
	i, ok := at.(int64)
	if !ok {
		return 0, Faultf(TypeError, "an index of a list is an integer, not %s", TypeOf(at))
	}
	if i < 0 || i >= int64(len(list)) {
		return 0, Faultf(IndexError, "index %d is out of range: the list has %d elements", i, len(list))
	}
	return i, nil
}

func (n *not) eval(s Scope) (any, error) {
	b, err := boolean(n.of, s, "not")
	return !b, err
}

func boolean(n node, s Scope, operator string) (bool, error) {
	v, err := n.eval(s)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, Faultf(TypeError, "%q is for booleans, not for %s", operator, TypeOf(v))
	}
	return b, nil
}

func (n *listNode) eval(s Scope) (any, error) {
	values, err := evalAll(n.items, s)
	return values, err
}

func (n *mapNode) eval(s Scope) (any, error) {
	m := map[string]any{}
	for i, k := range n.keys {
		key, err := k.eval(s)
		if err != nil {
			return nil, err
		}
		text, ok := key.(string)
		if !ok {
			return nil, Faultf(TypeError, "a key of a map is a string, not %s", TypeOf(key))
		}
		if m[text], err = n.values[i].eval(s); err != nil {
			return nil, err
		}
	}
	return m, nil
}
