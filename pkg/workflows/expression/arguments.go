package expression

func (a arguments) given(i int) bool { return a[i] != nil }

func (a arguments) text(i int, what string) (string, error) {
	s, ok := a[i].(string)
	if !ok {
		return "", Faultf(TypeError, "%s must be a string, not %s", what, TypeOf(a[i]))
	}
	return s, nil
}

// texts are the first n arguments, which must be strings.
func (a arguments) texts(names ...string) ([]string, error) {
	values := make([]string, len(names))
	for i, name := range names {
		v, err := a.text(i, name)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (a arguments) integer(i int, what string) (int64, error) {
	n, ok := a[i].(int64)
	if !ok {
		return 0, Faultf(TypeError, "%s must be an integer, not %s", what, TypeOf(a[i]))
	}
	return n, nil
}

func (a arguments) bytes(i int, what string) ([]byte, error) {
	b, ok := a[i].([]byte)
	if !ok {
		return nil, Faultf(TypeError, "%s must be bytes, not %s", what, TypeOf(a[i]))
	}
	return b, nil
}

func (a arguments) mapping(i int, what string) (map[string]any, error) {
	m, ok := a[i].(map[string]any)
	if !ok {
		return nil, Faultf(TypeError, "%s must be a map, not %s", what, TypeOf(a[i]))
	}
	return m, nil
}

func (a arguments) list(i int, what string) ([]any, error) {
	l, ok := a[i].([]any)
	if !ok {
		return nil, Faultf(TypeError, "%s must be a list, not %s", what, TypeOf(a[i]))
	}
	return l, nil
}
