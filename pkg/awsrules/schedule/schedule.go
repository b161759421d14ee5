// Package schedule reads the schedule expressions of Amazon EventBridge rules,
// cron with six fields and rate, refuses what EventBridge refuses, and says when
// a schedule fires. It starts nothing.
package schedule

import (
	"fmt"
	"strings"
	"time"
)

// Source is AWS's page about the expressions that Parse reads.
const Source = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"

// MaxLength is the longest expression in characters,
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const MaxLength = 256

// Schedule is an EventBridge expression that was checked. It is made by Parse.
type Schedule struct {
	expression string
	cron       *cron
	rate       rate
}

// Error says why EventBridge would refuse an expression.
type Error struct {
	// Expression is what was written.
	Expression string
	// Reason is what is wrong, Rule is AWS's rule, Hint is what to do; Hint may be empty.
	Reason, Rule, Hint string
}

// Error is the expression with the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("schedule %q: %s", e.Expression, e.Reason)
}

// Parse reads cron(...) with AWS's six fields, in UTC, or rate(...).
// What EventBridge refuses is refused, as well as a cron expression that no
// moment from 1970 to 2199 matches. The error is a *Error.
func Parse(expression string) (Schedule, error) {
	s := Schedule{expression: expression}
	var bad *Error
	switch {
	case len(expression) > MaxLength:
		bad = &Error{Reason: fmt.Sprintf("it has %d characters", len(expression)),
			Rule: fmt.Sprintf("an expression has at most %d characters", MaxLength)}
	case enclosed(expression, "cron("):
		s.cron, bad = parseCron(inside(expression))
	case enclosed(expression, "rate("):
		s.rate, bad = parseRate(inside(expression))
	default:
		bad = &Error{Reason: "it is neither cron(...) nor rate(...)",
			Rule: "an expression is cron(minutes hours day-of-month month day-of-week year) or rate(value unit)",
			Hint: formHint(expression)}
	}
	if bad != nil {
		bad.Expression = shorten(expression)
		return Schedule{}, bad
	}
	return s, nil
}

// String is the expression as it was written.
func (s Schedule) String() string { return s.expression }

// Next is the first moment after t at which the schedule starts its pipeline,
// in UTC. It reports false when there is none. A rate counts from the moment at
// which its rule was created, so Next takes t for that moment.
func (s Schedule) Next(t time.Time) (time.Time, bool) {
	t = t.UTC()
	if s.cron != nil {
		return s.cron.next(t)
	}
	return s.rate.next(t)
}

func enclosed(expression, opening string) bool {
	return strings.HasPrefix(expression, opening) && strings.HasSuffix(expression, ")")
}

func inside(expression string) string { return expression[len("cron(") : len(expression)-1] }

// formHint guesses what someone meant who is used to other schedulers.
func formHint(expression string) string {
	fields := strings.Fields(expression)
	switch {
	case strings.HasPrefix(expression, "at("):
		return "EventBridge rules have no at(...). Give a cron expression with a year."
	case strings.Contains(expression, "("):
		return "Write it as in cron(0 6 * * ? *) or rate(5 minutes), in small letters and with nothing around it"
	case len(fields) == 5:
		return "This has the five fields of Unix cron. EventBridge has a sixth for the year, and ? in one of the day fields: " +
			"cron(0 6 * * ? *)"
	case len(fields) == 6:
		return fmt.Sprintf("Write cron(%s)", shorten(strings.Join(fields, " ")))
	default:
		return "Write it as in cron(0 6 * * ? *) or rate(5 minutes)"
	}
}
