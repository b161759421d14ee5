package expression

import (
	"math"
	"time"
)

// maths are the functions of module math.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
var maths = []Function{
	define("math.abs(x)", func(a arguments) (any, error) {
		if x, ok := a[0].(float64); ok {
			return math.Abs(x), nil
		}
		x, err := a.integer(0, "x")
		if err != nil || x >= 0 {
			return x, err
		}
		return arithmetic("-", int64(0), x)
	}),
	define("math.floor(x)", func(a arguments) (any, error) {
		if x, ok := a[0].(float64); ok {
			return toInteger(arguments{math.Floor(x)})
		}
		return a.integer(0, "x")
	}),
	define("math.max(x, y)", func(a arguments) (any, error) { return choose(a, ">=") }),
	define("math.min(x, y)", func(a arguments) (any, error) { return choose(a, "<=") }),
}

func choose(a arguments, operator string) (any, error) {
	if _, _, ok := doubles(a[0], a[1]); !ok {
		return nil, Faultf(TypeError, "%s and %s are not numbers", TypeOf(a[0]), TypeOf(a[1]))
	}
	first, err := compare(operator, a[0], a[1])
	if first {
		return a[0], err
	}
	return a[1], err
}

// times are the functions of module time. A time is in seconds since 1970.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
var times = []Function{
	define("time.format(seconds, timezone?)", func(a arguments) (any, error) {
		seconds, ok := double(a[0])
		if !ok {
			return nil, Faultf(TypeError, "seconds must be a number, not %s", TypeOf(a[0]))
		}
		zone := "UTC"
		if a.given(1) {
			var err error
			if zone, err = a.text(1, "timezone"); err != nil {
				return nil, err
			}
		}
		location, err := time.LoadLocation(zone)
		if err != nil || zone == "" || zone == "Local" {
			return nil, Faultf(ValueError, "there is no time zone %q", zone)
		}
		whole, fraction := math.Modf(seconds)
		if math.Abs(whole) > 1e11 || math.IsNaN(seconds) {
			return nil, Faultf(ValueError, "%v seconds are no time", seconds)
		}
		t := time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000)
		return t.In(location).Format(time.RFC3339Nano), nil
	}),
	define("time.parse(value)", func(a arguments) (any, error) {
		s, err := a.text(0, "value")
		if err != nil {
			return nil, err
		}
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, Faultf(ValueError, "%q is not a time such as 2026-01-31T12:00:00Z", s)
		}
		return float64(t.UnixMicro()) / 1e6, nil
	}),
}
