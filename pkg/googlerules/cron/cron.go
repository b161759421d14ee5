package cron

import (
	"fmt"
	"strings"
	"time"

	unix "github.com/robfig/cron/v3"
)

// Source is Google's page about the format.
const Source = "https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules"

// Schedule is an expression that was checked. It is made by Parse.
type Schedule struct {
	expression string
	next       unix.Schedule
}

// Error says why an expression is not unix-cron as Cloud Scheduler takes it.
type Error struct {
	// Expression is what was written.
	Expression string
	// Field is the name of the field that is wrong, such as "hour"; "" when it is
	// the expression as a whole.
	Field string
	// English says that it looks like App Engine's format, as in "every 5 minutes".
	English bool
	// Reason is what is wrong, Hint what to do; Hint may be empty.
	Reason, Hint string
}

// Error is the expression with the field and the reason.
func (e *Error) Error() string {
	at := ""
	if e.Field != "" {
		at = e.Field + ": "
	}
	return fmt.Sprintf("schedule %q: %s%s", e.Expression, at, e.Reason)
}

// Parse reads five fields: minute, hour, day of the month, month, day of the week.
// The error is a *Error.
func Parse(expression string) (Schedule, error) {
	bad := func(field, reason, hint string) (Schedule, error) {
		return Schedule{}, &Error{Expression: shorten(expression), Field: field, Reason: reason, Hint: hint, English: reason == english}
	}
	parts := strings.Fields(expression)
	if reason, hint := notCron(expression, parts); reason != "" {
		return bad("", reason, hint)
	}
	plain := make([]string, len(parts))
	for i, part := range parts {
		text, reason, hint := fields[i].read(part)
		if reason != "" {
			return bad(fields[i].name, reason, hint)
		}
		plain[i] = text
	}
	next, err := unix.ParseStandard(strings.Join(plain, " "))
	if err != nil { // what read lets pass and the library does not
		return bad("", err.Error(), "")
	}
	return Schedule{expression: expression, next: next}, nil
}

// english is the reason for an expression in App Engine's format.
const english = "this is App Engine's format, and dorc reads unix-cron alone"

// notCron says why an expression is none at all.
func notCron(expression string, parts []string) (reason, hint string) {
	const format = `Write five fields, such as "0 3 * * *": minute, hour, day of the month, month, day of the week.`
	first := ""
	if len(parts) > 0 {
		first = strings.ToLower(parts[0])
	}
	switch {
	case strings.HasPrefix(first, "@"):
		return "names such as @daily are not unix-cron", format
	case strings.HasPrefix(first, "tz=") || strings.HasPrefix(first, "cron_tz="):
		return "a time zone is not part of the expression", "Give the time zone on its own."
	case first == "every" || first == "1st" || first == "first" || strings.Contains(expression, " of "):
		return english, format
	case len(parts) == 6:
		return "it has 6 fields, not 5: unix-cron has neither seconds nor years", format
	case len(parts) != len(fields):
		return fmt.Sprintf("it has %d fields, not 5", len(parts)), format
	}
	return "", ""
}

// String is the expression as it was written.
func (s Schedule) String() string { return s.expression }

// Next is the first moment after t at which the schedule fires, by the clock of
// t's time zone. It reports false when there is none in the next five years, as
// for the 30th of February.
func (s Schedule) Next(t time.Time) (time.Time, bool) {
	if s.next == nil {
		return time.Time{}, false
	}
	next := s.next.Next(t)
	return next, !next.IsZero()
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 64 {
		return string(r[:64]) + "…"
	}
	return s
}
