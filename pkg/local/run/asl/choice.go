package asl

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// choice is a rule of a Choice state with the state that it leads to.
type choice struct {
	test test
	next string
}

// test is a Data-test expression.
type test func(data, context any) (bool, error)

func and(tests []test) test {
	return func(data, context any) (bool, error) {
		for _, t := range tests {
			if ok, err := t(data, context); err != nil || !ok {
				return false, err
			}
		}
		return true, nil
	}
}

func or(tests []test) test {
	return func(data, context any) (bool, error) {
		for _, t := range tests {
			if ok, err := t(data, context); err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	}
}

func not(t test) test {
	return func(data, context any) (bool, error) {
		ok, err := t(data, context)
		return !ok, err
	}
}

// operators has the comparison operators without the Is… ones, by their name without "Path".
var operators = map[string]func(value, operand any) bool{
	"StringEquals":               strings2(func(c int) bool { return c == 0 }),
	"StringLessThan":             strings2(func(c int) bool { return c < 0 }),
	"StringGreaterThan":          strings2(func(c int) bool { return c > 0 }),
	"StringLessThanEquals":       strings2(func(c int) bool { return c <= 0 }),
	"StringGreaterThanEquals":    strings2(func(c int) bool { return c >= 0 }),
	"NumericEquals":              numbers2(func(c int) bool { return c == 0 }),
	"NumericLessThan":            numbers2(func(c int) bool { return c < 0 }),
	"NumericGreaterThan":         numbers2(func(c int) bool { return c > 0 }),
	"NumericLessThanEquals":      numbers2(func(c int) bool { return c <= 0 }),
	"NumericGreaterThanEquals":   numbers2(func(c int) bool { return c >= 0 }),
	"TimestampEquals":            times2(func(c int) bool { return c == 0 }),
	"TimestampLessThan":          times2(func(c int) bool { return c < 0 }),
	"TimestampGreaterThan":       times2(func(c int) bool { return c > 0 }),
	"TimestampLessThanEquals":    times2(func(c int) bool { return c <= 0 }),
	"TimestampGreaterThanEquals": times2(func(c int) bool { return c >= 0 }),
	"BooleanEquals": func(value, operand any) bool {
		v, ok1 := value.(bool)
		o, ok2 := operand.(bool)
		return ok1 && ok2 && v == o
	},
	"StringMatches": func(value, operand any) bool {
		v, ok1 := value.(string)
		o, ok2 := operand.(string)
		return ok1 && ok2 && wildcard(o, v)
	},
}

func strings2(accept func(int) bool) func(any, any) bool {
	return func(value, operand any) bool {
		v, ok1 := value.(string)
		o, ok2 := operand.(string)
		return ok1 && ok2 && accept(strings.Compare(v, o))
	}
}

func numbers2(accept func(int) bool) func(any, any) bool {
	return func(value, operand any) bool {
		v, ok1 := value.(json.Number)
		o, ok2 := operand.(json.Number)
		return ok1 && ok2 && accept(compareNumbers(v, o))
	}
}

func times2(accept func(int) bool) func(any, any) bool {
	return func(value, operand any) bool {
		v, ok1 := timestamp(value)
		o, ok2 := timestamp(operand)
		return ok1 && ok2 && accept(v.Compare(o))
	}
}

// typeTests has the Is… operators that look at a value.
var typeTests = map[string]func(any) bool{
	"IsNull":      func(v any) bool { return v == nil },
	"IsNumeric":   func(v any) bool { _, ok := v.(json.Number); return ok },
	"IsString":    func(v any) bool { _, ok := v.(string); return ok },
	"IsBoolean":   func(v any) bool { _, ok := v.(bool); return ok },
	"IsTimestamp": func(v any) bool { _, ok := timestamp(v); return ok },
}

// timestamp reads the RFC 3339 profile of the specification: a capital T and a zone.
func timestamp(v any) (time.Time, bool) {
	s, ok := v.(string)
	if !ok || !strings.Contains(s, "T") {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// compare makes the test of a comparison. operandPath replaces operand when it is set.
func compare(variable *Path, accept func(value, operand any) bool, operand any, operandPath *Path) test {
	return func(data, context any) (bool, error) {
		value, err := variableValue(variable, data, context)
		if err != nil {
			return false, err
		}
		o := operand
		if operandPath != nil {
			if o, err = variableValue(operandPath, data, context); err != nil {
				return false, err
			}
		}
		return accept(value, o), nil
	}
}

func variableValue(p *Path, data, context any) (any, error) {
	v, ok := p.get(data, context)
	if !ok {
		return nil, &Error{ErrRuntime, fmt.Sprintf("Invalid path '%s': The choice state's condition path references an invalid value.", p.text)}
	}
	return v, nil
}

// wildcard matches StringMatches' patterns: * is any text, \* and \\ are themselves.
func wildcard(pattern, text string) bool {
	var parts []string
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case pattern[i] == '*':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(pattern[i])
		}
	}
	last := b.String()
	if len(parts) == 0 {
		return text == last
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1:] {
		at := strings.Index(text, p)
		if at < 0 {
			return false
		}
		text = text[at+len(p):]
	}
	return strings.HasSuffix(text, last)
}
