package expression

import "maps"

// collections are the functions of modules list and map. They change no argument.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
var collections = []Function{
	define("list.concat(objs, val)", func(a arguments) (any, error) {
		l, err := a.list(0, "objs")
		return append(append([]any{}, l...), a[1]), err
	}),
	define("list.prepend(objs, val)", func(a arguments) (any, error) {
		l, err := a.list(0, "objs")
		return append([]any{a[1]}, l...), err
	}),
	define("map.get(map, keys)", mapGet),
	define("map.delete(map, key)", func(a arguments) (any, error) {
		m, err := a.mapping(0, "map")
		if err != nil {
			return nil, err
		}
		key, err := a.text(1, "key")
		if err != nil {
			return nil, err
		}
		if _, ok := m[key]; !ok {
			return nil, Faultf(KeyError, "key not found: %s", key)
		}
		copied := maps.Clone(m)
		delete(copied, key)
		return copied, nil
	}),
	define("map.merge(first, second)", func(a arguments) (any, error) { return merge(a, false) }),
	define("map.merge_nested(first, second)", func(a arguments) (any, error) { return merge(a, true) }),
}

// mapGet looks a key or a path of keys up; what is not there is null.
func mapGet(a arguments) (any, error) {
	if _, err := a.mapping(0, "map"); err != nil {
		return nil, err
	}
	path, ok := a[1].([]any)
	if !ok {
		path = []any{a[1]}
	}
	value := a[0]
	for _, step := range path {
		key, ok := step.(string)
		if !ok {
			return nil, Faultf(TypeError, "a key of map.get is a string, not %s", TypeOf(step))
		}
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value, nil
}

func merge(a arguments, nested bool) (any, error) {
	first, err := a.mapping(0, "first")
	if err != nil {
		return nil, err
	}
	second, err := a.mapping(1, "second")
	if err != nil {
		return nil, err
	}
	return merged(first, second, nested), nil
}

func merged(first, second map[string]any, nested bool) map[string]any {
	result := maps.Clone(first)
	for k, v := range second {
		if inner, ok := v.(map[string]any); ok && nested {
			if old, ok := first[k].(map[string]any); ok {
				v = merged(old, inner, true)
			}
		}
		result[k] = v
	}
	return result
}
