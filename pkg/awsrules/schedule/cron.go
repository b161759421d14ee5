package schedule

import (
	"fmt"
	"strconv"
	"strings"
)

// field is one of the six fields of a cron expression.
type field struct {
	name        string
	least, most int
	// names stand for numbers from the first, such as JAN for 1.
	names []string
	// any says that ? is allowed; last that L is; weekday that W is; nth that # is;
	// step that / is.
	any, last, weekday, nth, step bool
}

var fields = [6]field{
	{name: "minutes", least: 0, most: 59, step: true},
	{name: "hours", least: 0, most: 23, step: true},
	{name: "day of month", least: 1, most: 31, any: true, last: true, weekday: true, step: true},
	{name: "month", least: 1, most: 12, step: true, names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
	}},
	{name: "day of week", least: 1, most: 7, any: true, last: true, nth: true, names: []string{
		"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT",
	}},
	{name: "year", least: 1970, most: 2199, step: true},
}

func checkCron(body string) error {
	parts := strings.Fields(body)
	if len(parts) != len(fields) {
		hint := ""
		if len(parts) == 5 {
			hint = "; the last is the year, which may be *"
		}
		return fmt.Errorf("cron(%s): want 6 fields (minutes, hours, day of month, month, day of week, year), got %d%s",
			shorten(body), len(parts), hint)
	}
	for i, f := range fields {
		if err := f.check(parts[i]); err != nil {
			return fmt.Errorf("cron(%s): %s %q: %w", shorten(body), f.name, parts[i], err)
		}
	}
	switch month, week := parts[2] == "?", parts[4] == "?"; {
	case !month && !week:
		return fmt.Errorf("cron(%s): one of day of month and day of week must be ?", shorten(body))
	case month && week:
		return fmt.Errorf("cron(%s): only one of day of month and day of week can be ?", shorten(body))
	}
	return nil
}

// check tests a whole field.
func (f field) check(s string) error {
	switch {
	case s == "*":
		return nil
	case s == "?" && f.any:
		return nil
	case strings.EqualFold(s, "L") && f.last:
		return nil
	}
	for _, item := range strings.Split(s, ",") {
		if err := f.checkItem(item); err != nil {
			return err
		}
	}
	return nil
}

// checkItem tests one element of a list: a value, a range, a step or a day's suffix.
func (f field) checkItem(s string) error {
	upper := strings.ToUpper(s)
	switch {
	case f.weekday && strings.HasSuffix(upper, "W"):
		_, err := f.number(strings.TrimSuffix(upper, "W"))
		return err
	case f.nth && strings.Contains(s, "#"):
		day, nth, _ := strings.Cut(upper, "#")
		if n, err := strconv.Atoi(nth); err != nil || n < 1 || n > 5 {
			return fmt.Errorf("behind # stands the week of the month, 1 to 5")
		}
		_, err := f.number(day)
		return err
	case f.last && f.nth && strings.HasSuffix(upper, "L") && upper != "L":
		_, err := f.number(strings.TrimSuffix(upper, "L"))
		return err
	}
	base, step, stepped := strings.Cut(s, "/")
	if stepped {
		if !f.step {
			return fmt.Errorf("/ is not allowed in this field")
		}
		if n, err := strconv.Atoi(step); err != nil || n < 1 || n > f.most {
			return fmt.Errorf("behind / stands a step, 1 to %d", f.most)
		}
		if base == "*" {
			return nil
		}
	}
	from, to, ranged := strings.Cut(base, "-")
	if _, err := f.number(from); err != nil {
		return err
	}
	if ranged {
		_, err := f.number(to)
		return err
	}
	return nil
}

// number reads a value or a name.
func (f field) number(s string) (int, error) {
	for i, n := range f.names {
		if strings.EqualFold(s, n) {
			return f.least + i, nil
		}
	}
	// Atoi takes a sign, which cron does not.
	n, err := strconv.Atoi(s)
	if err != nil || n < f.least || n > f.most || strings.HasPrefix(s, "+") {
		names := ""
		if len(f.names) > 0 {
			names = fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
		}
		return 0, fmt.Errorf("%q is not a value from %d to %d%s", s, f.least, f.most, names)
	}
	return n, nil
}
