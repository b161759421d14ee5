package expression

import "fmt"

// Target is the left side of an assignment: a variable, or a place in the list or
// map it holds, such as my_map.keys[i + 1].
type Target struct {
	// Name is the variable.
	Name string
	path []node
}

// ParseTarget parses the key of an assignment. The error is a *SyntaxError.
func ParseTarget(source string) (*Target, error) {
	p, err := newParser(source)
	if err != nil {
		return nil, err
	}
	root, err := p.postfix()
	if err == nil {
		err = p.expectEnd()
	}
	if err != nil {
		return nil, err
	}
	t := &Target{}
	for {
		switch n := root.(type) {
		case *index:
			t.path = append([]node{n.at}, t.path...)
			root = n.of
			continue
		case *variable:
			t.Name = n.name
			return t, nil
		}
		return nil, &SyntaxError{0, fmt.Sprintf("%q is not a variable", source), "The key of an assignment is a name, such as my_map.key or my_list[0]."}
	}
}

// Whole says that the target is the variable itself, not a place in it.
func (t *Target) Whole() bool { return len(t.path) == 0 }

// References are the variables in the indexes of the target.
func (t *Target) References() []Reference {
	var found []Reference
	for _, n := range t.path {
		found = append(found, references(n)...)
	}
	return found
}

// Calls are the functions that the indexes of the target call.
func (t *Target) Calls() []Call {
	var found []Call
	for _, n := range t.path {
		found = append(found, calls(n)...)
	}
	return found
}

// Set returns what the variable holds after the assignment: a copy of old with
// the place changed. Values are never changed where they are, so that two
// variables never share a map. Maps that are not there yet are made.
func (t *Target) Set(old, value any, s Scope) (any, error) {
	keys := make([]any, len(t.path))
	for i, n := range t.path {
		key, err := n.eval(s)
		if err != nil {
			return nil, err
		}
		keys[i] = key
	}
	return set(old, keys, value)
}

func set(old any, keys []any, value any) (any, error) {
	if len(keys) == 0 {
		return value, nil
	}
	switch old := old.(type) {
	case []any:
		at, err := position(old, keys[0])
		if err != nil {
			return nil, err
		}
		inner, err := set(old[at], keys[1:], value)
		if err != nil {
			return nil, err
		}
		copied := append([]any{}, old...)
		copied[at] = inner
		return copied, nil
	case map[string]any, nil:
		key, ok := keys[0].(string)
		if !ok {
			return nil, Faultf(TypeError, "a key of a map is a string, not %s", TypeOf(keys[0]))
		}
		m, _ := old.(map[string]any)
		inner, err := set(m[key], keys[1:], value)
		if err != nil {
			return nil, err
		}
		copied := make(map[string]any, len(m)+1)
		for k, v := range m {
			copied[k] = v
		}
		copied[key] = inner
		return copied, nil
	}
	return nil, Faultf(TypeError, "%s has no elements to assign to", TypeOf(old))
}
