package expression

import (
	"math"
	"reflect"
	"strings"
)

func (n *binary) eval(s Scope) (any, error) {
	if n.operator == "and" || n.operator == "or" {
		left, err := boolean(n.left, s, n.operator)
		if err != nil || left == (n.operator == "or") {
			return left, err
		}
		return boolean(n.right, s, n.operator)
	}
	both, err := evalAll([]node{n.left, n.right}, s)
	if err != nil {
		return nil, err
	}
	left, right := both[0], both[1]
	switch n.operator {
	case "==":
		return equal(left, right), nil
	case "!=":
		return !equal(left, right), nil
	case "in":
		return contains(right, left)
	case "<", "<=", ">", ">=":
		return compare(n.operator, left, right)
	}
	if l, ok := left.(string); ok && n.operator == "+" {
		if r, ok := right.(string); ok {
			return l + r, nil
		}
		return nil, Faultf(TypeError, "a string and %s cannot be added; string() converts", TypeOf(right))
	}
	return arithmetic(n.operator, left, right)
}

// equal compares by value; an integer equals a double of the same value.
func equal(a, b any) bool {
	if x, y, ok := doubles(a, b); ok {
		if i, isInt := a.(int64); isInt {
			if j, isInt := b.(int64); isInt {
				return i == j
			}
		}
		return x == y
	}
	return reflect.DeepEqual(a, b)
}

func contains(in, item any) (bool, error) {
	switch in := in.(type) {
	case []any:
		for _, v := range in {
			if equal(v, item) {
				return true, nil
			}
		}
		return false, nil
	case map[string]any:
		key, ok := item.(string)
		_, found := in[key]
		return ok && found, nil
	}
	return false, Faultf(TypeError, `"in" looks in a list or map, not in %s`, TypeOf(in))
}

func compare(operator string, left, right any) (bool, error) {
	var order int
	switch l := left.(type) {
	case string:
		r, ok := right.(string)
		if !ok {
			return false, incomparable(left, right)
		}
		order = strings.Compare(l, r)
	default:
		x, y, ok := doubles(left, right)
		if !ok {
			return false, incomparable(left, right)
		}
		order = sign(x, y)
		if i, ok := left.(int64); ok {
			if j, ok := right.(int64); ok {
				order = sign(i, j)
			}
		}
	}
	switch operator {
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	}
	return order >= 0, nil
}

func incomparable(left, right any) error {
	return Faultf(TypeError, "%s and %s cannot be compared", TypeOf(left), TypeOf(right))
}

func sign[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// doubles are two numbers as doubles; ok is false when one is no number.
func doubles(a, b any) (x, y float64, ok bool) {
	x, okX := double(a)
	y, okY := double(b)
	return x, y, okX && okY
}

func double(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return math.NaN(), false
}
