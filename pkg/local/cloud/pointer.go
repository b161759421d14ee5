package cloud

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

var (
	unescape = strings.NewReplacer("~1", "/", "~0", "~")
	escape   = strings.NewReplacer("~", "~0", "/", "~1")
)

// Pointer is the JSON pointer (RFC 6901) of path elements, such as
// "/inputs/environment" of "inputs", "environment".
func Pointer(elements ...string) string {
	var b strings.Builder
	for _, e := range elements {
		b.WriteByte('/')
		b.WriteString(escape.Replace(e))
	}
	return b.String()
}

// replace exchanges the value that a pointer below /inputs or /outputs names.
func (d *Document) replace(pointer string, change func(any) (any, error)) error {
	elements := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, e := range elements {
		elements[i] = unescape.Replace(e)
	}
	if len(elements) < 2 {
		return fmt.Errorf("%q does not name a property", pointer)
	}
	var root map[string]any
	switch elements[0] {
	case "inputs":
		root = d.Inputs
	case "outputs":
		root = d.Outputs
	default:
		return fmt.Errorf("%q is not below /inputs or /outputs", pointer)
	}
	if _, err := replaceIn(root, elements[1:], pointer, change); err != nil {
		return err
	}
	return nil
}

func replaceIn(at any, rest []string, pointer string, change func(any) (any, error)) (any, error) {
	if len(rest) == 0 {
		return change(at)
	}
	switch at := at.(type) {
	case map[string]any:
		old, ok := at[rest[0]]
		if !ok {
			return nil, fmt.Errorf("there is nothing at %s", pointer)
		}
		v, err := replaceIn(old, rest[1:], pointer, change)
		if err != nil {
			return nil, err
		}
		at[rest[0]] = v
		return at, nil
	case []any:
		i, err := strconv.Atoi(rest[0])
		if err != nil || i < 0 || i >= len(at) {
			return nil, fmt.Errorf("there is nothing at %s", pointer)
		}
		v, err := replaceIn(at[i], rest[1:], pointer, change)
		if err != nil {
			return nil, err
		}
		at[i] = v
		return at, nil
	}
	return nil, fmt.Errorf("there is nothing at %s", pointer)
}

// clone copies maps and lists, so that sealing does not touch the caller's.
func clone(m map[string]any) map[string]any {
	c, _ := cloneValue(m).(map[string]any)
	return c
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		c := maps.Clone(v)
		for k, e := range c {
			c[k] = cloneValue(e)
		}
		return c
	case []any:
		c := slices.Clone(v)
		for i, e := range c {
			c[i] = cloneValue(e)
		}
		return c
	}
	return v
}
