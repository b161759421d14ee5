package eventpattern

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Pattern is a checked event pattern.
type Pattern struct{ match matcher }

// matcher tests a value of the event; present is false when the event has none.
type matcher func(value any, present bool) bool

// Parse reads an event pattern.
func Parse(text string) (Pattern, error) {
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return Pattern{}, fmt.Errorf("the event pattern is not a JSON object: %w", err)
	}
	if len(v) == 0 {
		return Pattern{}, errors.New("the event pattern is empty")
	}
	m, err := object(v)
	return Pattern{m}, err
}

// Matches tells whether an event, as decoded JSON, matches.
func (p Pattern) Matches(event map[string]any) bool { return p.match(event, true) }

// object matches an object whose members all match; $or needs one of its patterns.
func object(pattern map[string]any) (matcher, error) {
	members := map[string]matcher{}
	var either []matcher
	for _, name := range slices.Sorted(maps.Keys(pattern)) {
		var err error
		switch v := pattern[name].(type) {
		case map[string]any:
			members[name], err = object(v)
		case []any:
			if name == "$or" {
				either, err = alternatives(v)
			} else {
				members[name], err = values(v)
			}
		default:
			err = errors.New("must be an object or a list")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return func(value any, present bool) bool {
		o, _ := value.(map[string]any) // without an object every member is absent
		for name, m := range members {
			member, ok := o[name]
			if !m(member, ok && present) {
				return false
			}
		}
		return either == nil || slices.ContainsFunc(either, func(m matcher) bool { return m(value, present) })
	}, nil
}

func alternatives(list []any) ([]matcher, error) {
	var out []matcher
	for _, item := range list {
		o, ok := item.(map[string]any)
		if !ok {
			return nil, errors.New("must be a list of patterns")
		}
		m, err := object(o)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// values matches a value when one of the list's entries does; of an array value, when one of its items does.
func values(list []any) (matcher, error) {
	if len(list) == 0 {
		return nil, errors.New("the list is empty")
	}
	var entries []matcher
	for _, item := range list {
		m, err := entry(item)
		if err != nil {
			return nil, err
		}
		entries = append(entries, m)
	}
	return func(value any, present bool) bool {
		for _, m := range entries {
			items, isList := value.([]any)
			if !isList && m(value, present) {
				return true
			}
			if isList && slices.ContainsFunc(items, func(i any) bool { return m(i, true) }) {
				return true
			}
		}
		return false
	}, nil
}

func entry(item any) (matcher, error) {
	filter, ok := item.(map[string]any)
	if !ok {
		if _, isList := item.([]any); isList {
			return nil, errors.New("a list inside of a list")
		}
		return func(value any, present bool) bool { return present && value == item }, nil
	}
	if len(filter) != 1 {
		return nil, errors.New("a filter has one name")
	}
	for name, operand := range filter {
		m, err := filterOf(name, operand)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return m, nil
	}
	return nil, nil
}
