package expression

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// helpers are the functions without a module.
// https://cloud.google.com/workflows/docs/reference/stdlib/expression-helpers
var helpers = []Function{
	define("default(val, defaultVal)", func(a arguments) (any, error) {
		if a[0] == nil {
			return a[1], nil
		}
		return a[0], nil
	}),
	define("if(condition, ifTrue, ifFalse)", func(a arguments) (any, error) {
		b, ok := a[0].(bool)
		switch {
		case !ok:
			return nil, Faultf(TypeError, "the condition of if must be a boolean, not %s", TypeOf(a[0]))
		case b:
			return a[1], nil
		}
		return a[2], nil
	}),
	define("len(value)", length),
	define("keys(map)", func(a arguments) (any, error) {
		m, err := a.mapping(0, "the argument of keys")
		return Normalize(Keys(m)), err
	}),
	define("int(value)", toInteger),
	define("double(value)", toDouble),
	define("string(value)", toString),
}

func length(a arguments) (any, error) {
	switch v := a[0].(type) {
	case string:
		return int64(utf8.RuneCountInString(v)), nil
	case []any:
		return int64(len(v)), nil
	case map[string]any:
		return int64(len(v)), nil
	}
	return nil, Faultf(TypeError, "%s has no length", TypeOf(a[0]))
}

func toInteger(a arguments) (any, error) {
	switch v := a[0].(type) {
	case int64:
		return v, nil
	case float64:
		if whole := math.Trunc(v); whole >= math.MinInt64 && whole < math.MaxInt64 {
			return int64(whole), nil
		}
		return nil, Faultf(ValueError, "%v does not fit an integer of 64 bits", v)
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return nil, Faultf(ValueError, "%q is not an integer", v)
		}
		return n, nil
	}
	return nil, Faultf(TypeError, "%s cannot become an integer", TypeOf(a[0]))
}

func toDouble(a arguments) (any, error) {
	switch v := a[0].(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case string:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return nil, Faultf(ValueError, "%q is not a number", v)
		}
		return f, nil
	}
	return nil, Faultf(TypeError, "%s cannot become a double", TypeOf(a[0]))
}

func toString(a arguments) (any, error) {
	switch v := a[0].(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return nil, Faultf(TypeError, "%s cannot become a string; json.encode_to_string writes lists and maps", TypeOf(a[0]))
}
