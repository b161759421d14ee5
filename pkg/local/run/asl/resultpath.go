package asl

import "fmt"

// resultPath says where a result goes in the state's input. The zero value replaces the input.
type resultPath struct {
	discard bool
	steps   []step
	text    string
}

// apply puts the result into a copy of the input. Parts of the input are shared, never changed.
func (r resultPath) apply(input, result any) (any, error) {
	if r.discard {
		return input, nil
	}
	out, ok := put(input, r.steps, result)
	if !ok {
		return nil, &Error{ErrResultPathMatch, fmt.Sprintf("Unable to apply ReferencePath %s to input %s", r.text, brief(input))}
	}
	return out, nil
}

func put(node any, steps []step, value any) (any, bool) {
	if len(steps) == 0 {
		return value, true
	}
	s, rest := steps[0], steps[1:]
	if s.isIndex {
		list, ok := node.([]any)
		if !ok || s.index < 0 || s.index >= len(list) {
			return nil, false
		}
		child, ok := put(list[s.index], rest, value)
		if !ok {
			return nil, false
		}
		copied := append([]any{}, list...)
		copied[s.index] = child
		return copied, true
	}
	object, ok := node.(map[string]any)
	if !ok {
		return nil, false
	}
	member, exists := object[s.name]
	if !exists && len(rest) > 0 {
		member = map[string]any{}
	}
	child, ok := put(member, rest, value)
	if !ok {
		return nil, false
	}
	copied := make(map[string]any, len(object)+1)
	for k, v := range object {
		copied[k] = v
	}
	copied[s.name] = child
	return copied, true
}
