package schedule

import (
	"fmt"
	"strings"
	"time"
)

// cron is an expression of AWS's six fields. One of the day fields is "?".
type cron struct {
	minutes, hours, months, years set
	days                          days
}

const cronRule = "cron(minutes hours day-of-month month day-of-week year) has six fields with one space between them"

// The fields, with the characters that AWS's table allows in each.
var (
	minuteField = cronField{name: "minutes", min: 0, max: 59, steps: true}
	hourField   = cronField{name: "hours", min: 0, max: 23, steps: true}
	dayField    = cronField{name: "day-of-month", min: 1, max: 31, steps: true}
	monthField  = cronField{name: "month", min: 1, max: 12, steps: true, names: []string{"JAN", "FEB", "MAR", "APR",
		"MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}}
	// weekdayField may go over the end of the week, as in SAT-THU.
	weekdayField = cronField{name: "day-of-week", min: 1, max: 7, wraps: true,
		names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}}
	yearField = cronField{name: "year", min: 1970, max: 2199, steps: true}
)

func parseCron(text string) (*cron, *Error) {
	fields := strings.Split(text, " ")
	if n := len(strings.Fields(text)); n != 6 {
		hint := "Write it as in cron(0 6 * * ? *)"
		if n == 5 {
			hint = "Add the year as the sixth field, and ? in one of the day fields: cron(0 6 * * ? *)"
		}
		return nil, &Error{Reason: fmt.Sprintf("it has %d fields", n), Rule: cronRule, Hint: hint}
	}
	if len(fields) != 6 {
		return nil, &Error{Reason: "there is more than one space between two fields, or one at an end", Rule: cronRule,
			Hint: fmt.Sprintf("Write cron(%s)", strings.Join(strings.Fields(text), " "))}
	}
	if bad := checkQuestionMarks(fields); bad != nil {
		return nil, bad
	}
	c := &cron{}
	for _, f := range []struct {
		text  string
		field cronField
		into  *set
	}{
		{fields[0], minuteField, &c.minutes},
		{fields[1], hourField, &c.hours},
		{fields[3], monthField, &c.months},
		{fields[5], yearField, &c.years},
	} {
		values, bad := f.field.parse(f.text)
		if bad != nil {
			return nil, bad
		}
		*f.into = values
	}
	var bad *Error
	if fields[4] == "?" {
		c.days, bad = parseDayOfMonth(fields[2])
	} else {
		c.days, bad = parseDayOfWeek(fields[4])
	}
	if bad != nil {
		return nil, bad
	}
	if _, ok := c.next(time.Date(1969, 12, 31, 23, 59, 0, 0, time.UTC)); !ok {
		return nil, &Error{Reason: "there is no such day, so it would never run", Rule: cronRule,
			Hint: "Check day-of-month, month and year."}
	}
	return c, nil
}

func checkQuestionMarks(fields []string) *Error {
	const rule = "exactly one of day-of-month and day-of-week is ?"
	day, weekday := fields[2] == "?", fields[4] == "?"
	with := func(i int, s string) string {
		changed := append([]string(nil), fields...)
		changed[i] = s
		return fmt.Sprintf("Write cron(%s)", strings.Join(changed, " "))
	}
	switch {
	case day && weekday:
		return &Error{Reason: "day-of-month and day-of-week are both ?", Rule: rule, Hint: with(2, "*")}
	case day || weekday:
		return nil
	case fields[2] == "*" && fields[4] != "*":
		return &Error{Reason: "neither day-of-month nor day-of-week is ?", Rule: rule, Hint: with(2, "?")}
	case fields[4] == "*":
		return &Error{Reason: "neither day-of-month nor day-of-week is ?", Rule: rule, Hint: with(4, "?")}
	default:
		return &Error{Reason: "day-of-month and day-of-week are both given", Rule: rule,
			Hint: "Make two triggers of it, one for each."}
	}
}

// next goes from years down to minutes and starts anew below whatever it advanced.
func (c *cron) next(after time.Time) (time.Time, bool) {
	t := after.Truncate(time.Minute).Add(time.Minute)
	for year := max(t.Year(), yearField.min); year <= yearField.max; year++ {
		if !c.years.has(year) {
			continue
		}
		for month := time.January; month <= time.December; month++ {
			if !c.months.has(int(month)) || before(year, month, t) {
				continue
			}
			for _, day := range c.days.in(year, month) {
				if at, ok := c.onDay(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), t); ok {
					return at, true
				}
			}
		}
	}
	return time.Time{}, false
}

// before reports whether the whole month is before t.
func before(year int, month time.Month, t time.Time) bool {
	return year < t.Year() || year == t.Year() && month < t.Month()
}

// onDay is the first moment of that day which is not before t.
func (c *cron) onDay(day, t time.Time) (time.Time, bool) {
	if day.AddDate(0, 0, 1).Compare(t) <= 0 {
		return time.Time{}, false
	}
	for hour := range 24 {
		if !c.hours.has(hour) || day.Add(time.Duration(hour+1)*time.Hour).Compare(t) <= 0 {
			continue
		}
		for minute := range 60 {
			at := day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
			if c.minutes.has(minute) && !at.Before(t) {
				return at, true
			}
		}
	}
	return time.Time{}, false
}
