package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Decode reads one JSON value as the interpreter holds it: numbers keep their digits.
func Decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// Encode renders a value as compact JSON without HTML escapes.
func Encode(v any) (json.RawMessage, error) {
	s, err := encode(v)
	return json.RawMessage(s), err
}

func encode(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// limited returns an error when data is larger than Step Functions passes between states.
func limited(state string, v any) error {
	s, err := encode(v)
	if err != nil {
		return &Error{ErrRuntime, err.Error()}
	}
	if len(s) > maxDataBytes {
		return &Error{ErrDataLimitExceeded, fmt.Sprintf(
			"The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit. (%d bytes, the limit is %d)",
			state, len(s), maxDataBytes)}
	}
	return nil
}
