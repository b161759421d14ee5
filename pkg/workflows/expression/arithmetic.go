package expression

import "math"

func (n *negate) eval(s Scope) (any, error) {
	v, err := n.of.eval(s)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case int64:
		return arithmetic("-", int64(0), v)
	case float64:
		return -v, nil
	}
	return nil, Faultf(TypeError, "%s has no negative", TypeOf(v))
}

// arithmetic applies an operator to two numbers. Two integers give an integer,
// except that / is always float division.
// https://cloud.google.com/workflows/docs/reference/syntax/expressions
func arithmetic(operator string, left, right any) (any, error) {
	x, y, ok := doubles(left, right)
	if !ok {
		return nil, Faultf(TypeError, "%q is for numbers, not for %s and %s", operator, TypeOf(left), TypeOf(right))
	}
	if y == 0 && (operator == "/" || operator == "//" || operator == "%") {
		return nil, Faultf(ZeroDivisionError, "division by zero")
	}
	i, leftInt := left.(int64)
	j, rightInt := right.(int64)
	if leftInt && rightInt && operator != "/" {
		return integers(operator, i, j)
	}
	switch operator {
	case "+":
		return x + y, nil
	case "-":
		return x - y, nil
	case "*":
		return x * y, nil
	case "/":
		return x / y, nil
	case "//":
		return math.Floor(x / y), nil
	}
	return x - y*math.Floor(x/y), nil
}

func integers(operator string, i, j int64) (any, error) {
	var result int64
	overflow := false
	switch operator {
	case "+":
		result = i + j
		overflow = (result > i) != (j > 0) && j != 0
	case "-":
		result = i - j
		overflow = (result < i) != (j > 0) && j != 0
	case "*":
		result = i * j
		overflow = i != 0 && (result/i != j || i == -1 && j == math.MinInt64)
	case "//":
		result = floor(i, j)
		overflow = i == math.MinInt64 && j == -1
	default:
		if j == -1 {
			return int64(0), nil
		}
		result = i - j*floor(i, j)
	}
	if overflow {
		return nil, Faultf(ValueError, "%d %s %d does not fit an integer of 64 bits", i, operator, j)
	}
	return result, nil
}

// floor is i/j rounded down; j is not 0.
func floor(i, j int64) int64 {
	q := i / j
	if i%j != 0 && (i < 0) != (j < 0) {
		q--
	}
	return q
}
