package expression

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Callable is a function or subworkflow used as a value, such as the predicate of
// a retry policy.
type Callable struct {
	// Name is dotted, as in a call.
	Name string
}

// TypeOf names the type of a value in the words of Workflows.
func TypeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case int64:
		return "an integer"
	case float64:
		return "a double"
	case string:
		return "a string"
	case []byte:
		return "bytes"
	case []any:
		return "a list"
	case map[string]any:
		return "a map"
	case Callable:
		return "a function"
	}
	return fmt.Sprintf("an unknown type (%T)", v)
}

// Keys are the keys of a map in alphabetical order.
func Keys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// DecodeJSON reads a JSON document: whole numbers are integers, all others
// doubles.
func DecodeJSON(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("more follows the JSON document")
	}
	return Normalize(v), nil
}

// Normalize turns what other Go code makes (int, json.Number, []string …) into
// values of Workflows.
func Normalize(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case json.Number:
		if n, err := v.Int64(); err == nil && !strings.ContainsAny(v.String(), ".eE") {
			return n
		}
		f, _ := v.Float64()
		return f
	case []string:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = item
		}
		return list
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = Normalize(item)
		}
		return list
	case map[string]string:
		m := make(map[string]any, len(v))
		for k, item := range v {
			m[k] = item
		}
		return m
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, item := range v {
			m[k] = Normalize(item)
		}
		return m
	}
	return v
}

// EncodeJSON writes a value as JSON. Bytes and functions cannot be written: the
// error is a *Fault with the tag ValueError.
func EncodeJSON(v any) ([]byte, error) {
	if bad := unencodable(v); bad != "" {
		return nil, Faultf(ValueError, "%s cannot be written as JSON", bad)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, Faultf(ValueError, "a value cannot be written as JSON: %v", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func unencodable(v any) string {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if bad := unencodable(item); bad != "" {
				return bad
			}
		}
	case map[string]any:
		for _, item := range v {
			if bad := unencodable(item); bad != "" {
				return bad
			}
		}
	case []byte, Callable:
		return TypeOf(v)
	}
	return ""
}
