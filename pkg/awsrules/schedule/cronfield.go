package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// set holds the values of a field.
type set struct {
	min    int
	values []bool
}

func (s set) has(v int) bool {
	return v >= s.min && v-s.min < len(s.values) && s.values[v-s.min]
}

// cronField is what a field accepts: values, lists, ranges and *, and with
// steps also increments such as 0/15.
type cronField struct {
	name     string
	min, max int
	// names stand for the values from min on, in any case.
	names        []string
	steps, wraps bool
}

func (f cronField) refuse(text, why, hint string) *Error {
	rule := fmt.Sprintf("%s is %d-%d", f.name, f.min, f.max)
	if f.names != nil {
		rule += fmt.Sprintf(" or %s-%s", f.names[0], f.names[len(f.names)-1])
	}
	return &Error{Reason: fmt.Sprintf("%s %q %s", f.name, text, why), Rule: rule, Hint: hint}
}

// parse reads a field: parts with commas between them.
func (f cronField) parse(text string) (set, *Error) {
	s := set{min: f.min, values: make([]bool, f.max-f.min+1)}
	for part := range strings.SplitSeq(text, ",") {
		if bad := f.part(part, s); bad != nil {
			return set{}, bad
		}
	}
	return s, nil
}

// part reads *, v or v-w, with /n behind it where the field has increments.
func (f cronField) part(text string, s set) *Error {
	body, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		if !f.steps {
			return f.refuse(text, "has an increment", "This field has no increments; list the values with commas.")
		}
		var ok bool
		if step, ok = digits(stepText); !ok || step < 1 || step > max(f.max-f.min, 1) {
			return f.refuse(text, "has an impossible increment", fmt.Sprintf("An increment is 1 to %d.", f.max-f.min))
		}
	}
	low, high, bad := f.bounds(body, text)
	if bad != nil {
		return bad
	}
	// v/n goes on to the end of the field.
	if stepped && low == high {
		high = f.max
	}
	if high < low {
		high += f.max - f.min + 1
	}
	for v := low; v <= high; v += step {
		s.values[(v-f.min)%len(s.values)] = true
	}
	return nil
}

// bounds reads *, v or v-w.
func (f cronField) bounds(body, text string) (low, high int, bad *Error) {
	if body == "*" {
		return f.min, f.max, nil
	}
	from, to, isRange := strings.Cut(body, "-")
	low, ok := f.value(from)
	if !ok {
		return 0, 0, f.refuse(text, "is not a value of the field", f.hint(from))
	}
	if !isRange {
		return low, low, nil
	}
	if high, ok = f.value(to); !ok {
		return 0, 0, f.refuse(text, "is not a range of the field", f.hint(to))
	}
	if high < low && !f.wraps {
		return 0, 0, f.refuse(text, "is a range that ends before it begins",
			fmt.Sprintf("Write two ranges: %s-%d,%d-%s", from, f.max, f.min, to))
	}
	return low, high, nil
}

// value reads a number or a name of the field.
func (f cronField) value(text string) (int, bool) {
	if i := slices.Index(f.names, strings.ToUpper(text)); i >= 0 {
		return f.min + i, true
	}
	v, ok := digits(text)
	return v, ok && v >= f.min && v <= f.max
}

func (f cronField) hint(word string) string {
	if near := didYouMean(strings.ToUpper(word), f.names); near != "" {
		return near
	}
	if f.name == weekdayField.name && word == "0" {
		return "Sunday is 1 in EventBridge, or SUN."
	}
	return ""
}

// digits reads a number of up to four digits, without a sign.
func digits(text string) (int, bool) {
	if text == "" || len(text) > 4 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	v, err := strconv.Atoi(text)
	return v, err == nil
}
