package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// rate is an interval of whole minutes, hours or days. The zero rate is none.
type rate struct {
	value int
	unit  string
}

var (
	rateRegexp = regexp.MustCompile(`^([0-9]+) (minutes?|hours?|days?)$`)
	// maxRate keeps the next moment within what a date can say; it is five years
	// in minutes.
	maxRate = 5 * 366 * 24 * 60
)

const rateRule = "rate(value unit) has a whole number above 0 and minute(s), hour(s) or day(s), singular for 1 and plural for more"

func parseRate(text string) (rate, *Error) {
	m := rateRegexp.FindStringSubmatch(text)
	if m == nil {
		return rate{}, &Error{Reason: fmt.Sprintf("%q is not a value and a unit", text), Rule: rateRule,
			Hint: "Write it as in rate(5 minutes)"}
	}
	value, err := strconv.Atoi(m[1])
	singular := strings.TrimSuffix(m[2], "s")
	switch {
	case err != nil || value > maxRate:
		return rate{}, &Error{Reason: "the value is too large", Rule: rateRule,
			Hint: "Use cron(...) for long intervals."}
	case value == 0:
		return rate{}, &Error{Reason: "the value is 0", Rule: rateRule,
			Hint: fmt.Sprintf("The shortest is rate(1 %s)", singular)}
	case value == 1 && m[2] != singular:
		return rate{}, &Error{Reason: "the unit is plural but the value is 1", Rule: rateRule,
			Hint: fmt.Sprintf("Write rate(1 %s)", singular)}
	case value > 1 && m[2] == singular:
		return rate{}, &Error{Reason: "the unit is singular but the value is above 1", Rule: rateRule,
			Hint: fmt.Sprintf("Write rate(%d %ss)", value, singular)}
	}
	return rate{value, singular}, nil
}

func (r rate) next(t time.Time) (time.Time, bool) {
	switch r.unit {
	case "minute":
		return t.Add(time.Duration(r.value) * time.Minute), true
	case "hour":
		return t.Add(time.Duration(r.value) * time.Hour), true
	case "day":
		return t.AddDate(0, 0, r.value), true
	}
	return time.Time{}, false
}
