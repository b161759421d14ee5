package kubernetes

import (
	"fmt"
	"strings"
)

// selector reads a label selector: requirements with commas between them, each
// name, !name, name=value, name==value, name!=value, or name (not) in (a,b)
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/).
func selector(text string) (func(labels map[string]string) bool, error) {
	var requirements []func(map[string]string) bool
	for _, part := range split(text) {
		r, err := requirement(part)
		if err != nil {
			return nil, err
		}
		requirements = append(requirements, r)
	}
	return func(labels map[string]string) bool {
		for _, r := range requirements {
			if !r(labels) {
				return false
			}
		}
		return true
	}, nil
}

// split cuts at the commas outside parentheses.
func split(text string) (parts []string) {
	depth, from := 0, 0
	for i, c := range text + "," {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			if part := strings.TrimSpace(text[from:i]); part != "" {
				parts = append(parts, part)
			}
			from = i + 1
		}
	}
	return parts
}

func requirement(text string) (func(map[string]string) bool, error) {
	if name, list, found := strings.Cut(text, " notin ("); found && strings.HasSuffix(list, ")") {
		in := members(list)
		return func(l map[string]string) bool { v, has := l[name]; return !has || !in[v] }, nil
	}
	if name, list, found := strings.Cut(text, " in ("); found && strings.HasSuffix(list, ")") {
		in := members(list)
		return func(l map[string]string) bool { v, has := l[name]; return has && in[v] }, nil
	}
	if name, value, found := strings.Cut(text, "!="); found {
		return func(l map[string]string) bool { v, has := l[name]; return !has || v != value }, nil
	}
	if name, value, found := strings.Cut(text, "="); found {
		value = strings.TrimPrefix(value, "=")
		return func(l map[string]string) bool { v, has := l[name]; return has && v == value }, nil
	}
	if strings.ContainsAny(text, " ()<>") {
		return nil, fmt.Errorf("unable to parse requirement: %q", text)
	}
	if name, not := strings.CutPrefix(text, "!"); not {
		return func(l map[string]string) bool { _, has := l[name]; return !has }, nil
	}
	return func(l map[string]string) bool { _, has := l[text]; return has }, nil
}

func members(list string) map[string]bool {
	in := map[string]bool{}
	for value := range strings.SplitSeq(strings.TrimSuffix(list, ")"), ",") {
		in[strings.TrimSpace(value)] = true
	}
	return in
}
