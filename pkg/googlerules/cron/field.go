package cron

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// field is what one of the five accepts.
type field struct {
	name     string
	min, max int
	// names stand for the values from min on; capitals, as Google's page has them.
	names []string
	// sunday says that 7 is another name of 0.
	sunday bool
}

var fields = []field{
	{name: "minute", min: 0, max: 59},
	{name: "hour", min: 0, max: 23},
	{name: "day of the month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{name: "day of the week", min: 0, max: 6, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, sunday: true},
}

// read checks a field and gives it in numbers, for the library.
func (f field) read(text string) (plain, reason, hint string) {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		numbers, reason, hint := f.part(part)
		if reason != "" {
			return "", reason, hint
		}
		out = append(out, numbers)
	}
	return strings.Join(out, ","), "", ""
}

// part reads *, v or v-w, with /n behind * and v-w.
func (f field) part(text string) (plain, reason, hint string) {
	body, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		var ok bool
		if step, ok = digits(stepText); !ok || step < 1 {
			return "", fmt.Sprintf("%q is not a step: a whole number from 1 on is", stepText), ""
		}
	}
	if body == "*" {
		if stepped {
			return fmt.Sprintf("*/%d", step), "", ""
		}
		return "*", "", ""
	}
	lowText, highText, ranged := strings.Cut(body, "-")
	low, reason, hint := f.value(lowText)
	if reason != "" {
		return "", reason, hint
	}
	switch {
	case !ranged && stepped:
		return "", fmt.Sprintf("%q has a step behind a single value: a step follows * or a range", text),
			fmt.Sprintf("Write %s-%d/%s", lowText, f.max, stepText)
	case !ranged:
		return strconv.Itoa(f.sundayIs0(low)), "", ""
	}
	high, reason, hint := f.value(highText)
	if reason != "" {
		return "", reason, hint
	}
	if low > high {
		return "", fmt.Sprintf("the range %q goes backwards", body), ""
	}
	return f.span(low, high, step), "", ""
}

// span gives a range in numbers that the library takes: it does not know 7.
func (f field) span(low, high, step int) string {
	if high <= f.max {
		return fmt.Sprintf("%d-%d/%d", low, high, step)
	}
	var days []string
	for v := low; v <= high; v += step {
		days = append(days, strconv.Itoa(f.sundayIs0(v)))
	}
	return strings.Join(days, ",")
}

// value reads a number or a name.
func (f field) value(text string) (v int, reason, hint string) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.min + i, "", ""
	}
	if i := slices.Index(f.names, strings.ToUpper(text)); i >= 0 {
		return 0, fmt.Sprintf("%q is written in capitals", text), fmt.Sprintf("Write %s", f.names[i])
	}
	v, ok := digits(text)
	most := f.max
	if f.sunday {
		most = 7
	}
	if !ok || v < f.min || v > most {
		return 0, fmt.Sprintf("%q is not one of %s", text, f.values()), ""
	}
	return v, "", ""
}

// values says what a field takes.
func (f field) values() string {
	text := fmt.Sprintf("%d to %d", f.min, f.max)
	if len(f.names) > 0 {
		text += fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	if f.sunday {
		text += ", or 7 for Sunday"
	}
	return text
}

func (f field) sundayIs0(v int) int {
	if f.sunday && v == 7 {
		return 0
	}
	return v
}

// digits reads up to three decimal digits.
func digits(text string) (int, bool) {
	if text == "" || len(text) > 3 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	v, err := strconv.Atoi(text)
	return v, err == nil
}
