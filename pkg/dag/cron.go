package dag

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// presets are the names of schedules that Airflow has, and those that croniter, which
// reads its expressions, adds.
var presets = []string{"@once", "@continuous", "@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly", "@midnight", "@annually"}

// cronField is one of the five fields.
type cronField struct {
	name     string
	min, max int
	words    []string
	// first is the value of the first word.
	first int
}

var cronFields = [5]cronField{
	{name: "minute", max: 59},
	{name: "hour", max: 23},
	{name: "day of the month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, words: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec"), first: 1},
	{name: "day of the week", max: 6, words: strings.Fields("sun mon tue wed thu fri sat")},
}

const (
	dayField     = 2
	monthField   = 3
	weekdayField = 4
	// lastDay stands for L in a set of days.
	lastDay = 100
)

const cronHint = `Write five fields, such as "0 4 * * *": minute, hour, day of the month, month, day of the week.`

// badCron says why an expression is none that Airflow runs by, and what to do; both are
// "" for a sound one. It follows croniter 6.0.0, which both lines of Airflow have, but
// for what docs/dag.md names.
func badCron(expression string) (reason, hint string) {
	if strings.HasPrefix(expression, "@") {
		if slices.Contains(presets, expression) {
			return "", ""
		}
		hint = "Presets: " + strings.Join(presets, ", ")
		if near := problem.Nearest(strings.ToLower(expression), presets); near != "" {
			hint = fmt.Sprintf("Did you mean %q?", near)
		}
		return "there is no such preset", hint
	}
	fields := strings.Fields(strings.ToLower(expression))
	if len(fields) != len(cronFields) {
		return fmt.Sprintf("it has %d fields", len(fields)), cronHint
	}
	var sets [5][]int
	var weeks []int
	for i, text := range fields {
		c := &cronReader{cronField: cronFields[i], index: i}
		if reason = c.read(text); reason != "" {
			return c.name + ": " + reason, cronHint
		}
		sets[i], weeks = c.values, c.weeks
	}
	// Where the day of the week is restricted too, either day is enough; but both are
	// needed when it has a number of the week.
	if len(weeks) > 0 || strings.Contains(fields[weekdayField], "*") || fields[weekdayField] == "?" {
		if !comes(sets[dayField], sets[monthField], weeks) {
			return "there is never such a day", ""
		}
	}
	return "", ""
}

// comes reports whether one of the months has one of the days, in one of the weeks.
func comes(days, months, weeks []int) bool {
	most := [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	within := func(day, last int) bool {
		return len(weeks) == 0 || slices.ContainsFunc(weeks, func(week int) bool {
			if week == lastDay {
				return day > last-7
			}
			return (day-1)/7 == week-1
		})
	}
	for _, m := range months {
		for _, d := range days {
			switch {
			case d != lastDay && d <= most[m] && within(d, most[m]),
				d == lastDay && (within(most[m], most[m]) || m == 2 && within(28, 28)):
				return true
			}
		}
	}
	return false
}

// cronReader reads one field.
type cronReader struct {
	cronField
	index  int
	values []int
	// weeks are the numbers of weeks that weekdays have, lastDay for the last; plain says
	// that there were weekdays without.
	weeks []int
	plain bool
}

func (c *cronReader) read(text string) string {
	if text == "?" {
		if c.index != dayField && c.index != weekdayField {
			return "? is for days"
		}
		text = "*"
	}
	for _, item := range strings.Split(text, ",") {
		if reason := c.item(item); reason != "" {
			return reason
		}
	}
	if len(c.weeks) > 0 && c.plain {
		return "days with and without # or L cannot be mixed"
	}
	return ""
}

// item reads a value, a range, or either with a step.
func (c *cronReader) item(item string) string {
	all := func() string { return c.span(c.min, c.max, 1) }
	switch {
	case item == "":
		return "a value is missing"
	case item == "*":
		return all()
	case item == "l" && c.index == dayField:
		c.values = append(c.values, lastDay)
		return ""
	case c.index == weekdayField && (strings.Contains(item, "#") || item[0] == 'l'):
		return c.week(item)
	}
	c.plain = true
	base, stepText, stepped := strings.Cut(item, "/")
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || stepText[0] == '+' {
			return fmt.Sprintf("%q is no step", stepText)
		}
	}
	if base == "*" {
		return c.span(c.min, c.max, step)
	}
	low, high, ranged := strings.Cut(base, "-")
	from, reason := c.value(low)
	if reason != "" {
		return reason
	}
	switch {
	case ranged && high == "l" && c.index == dayField:
		return c.span(from, c.max, step)
	case ranged:
		to, reason := c.value(high)
		if reason != "" {
			return reason
		}
		return c.span(from, to, step)
	case stepped:
		return c.span(from, c.max, step)
	default:
		c.values = append(c.values, from)
		return ""
	}
}

// week reads 5#3, fri#3, mon-fri#2 or L5.
func (c *cronReader) week(item string) string {
	if day, last := strings.CutPrefix(item, "l"); last && !strings.Contains(day, "#") {
		if strings.Trim(day, "0123456789") != "" {
			return fmt.Sprintf("%q is no day; the last Friday is L5", item)
		}
		c.weeks = append(c.weeks, lastDay)
		_, reason := c.value(day)
		return reason
	}
	days, number, _ := strings.Cut(item, "#")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 5 || number[0] == '+' {
		return fmt.Sprintf("%q is no week of a month; there are 1 to 5", number)
	}
	c.weeks = append(c.weeks, n)
	low, high, ranged := strings.Cut(days, "-")
	if ranged && !(slices.Contains(c.words, low) && slices.Contains(c.words, high)) {
		return "a range before # has names, such as mon-fri#2"
	}
	_, reason := c.value(low)
	return reason
}

// value reads a number or a name.
func (c *cronReader) value(text string) (value int, reason string) {
	if i := slices.Index(c.words, text); i >= 0 {
		return c.first + i, ""
	}
	if text == "" || strings.Trim(text, "0123456789") != "" {
		reason = fmt.Sprintf("%q is no value", text)
		if near := problem.Nearest(text, c.words); near != "" {
			reason += fmt.Sprintf("; did you mean %q?", near)
		}
		return 0, reason
	}
	value, err := strconv.Atoi(text)
	if c.index == weekdayField && value == 7 {
		value = 0
	}
	if err != nil || value < c.min || value > c.max {
		return 0, fmt.Sprintf("%s is out of range; %d to %d are possible", text, c.min, c.max)
	}
	return value, ""
}

// span adds a range. One that goes backwards leads over the end, and one from a value to
// itself is the whole.
func (c *cronReader) span(from, to, step int) string {
	if from == to {
		from, to = c.min, c.max
	}
	if from > to {
		to += c.max - c.min + 1
	}
	for v := from; v <= to; v += step {
		c.values = append(c.values, (v-c.min)%(c.max-c.min+1)+c.min)
	}
	return ""
}
