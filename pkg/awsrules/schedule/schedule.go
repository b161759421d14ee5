// Package schedule checks the schedule expressions of Amazon EventBridge rules:
// rate(value unit) and cron with six fields. It does not say when an expression
// fires.
package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Source is the page that states the rules of this package.
const Source = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"

var (
	form = regexp.MustCompile(`^(rate|cron)\((.*)\)$`)
	rate = regexp.MustCompile(`^([0-9]+) (minutes?|hours?|days?)$`)
)

// Check returns why EventBridge would refuse an expression, or nil.
func Check(expression string) error {
	m := form.FindStringSubmatch(expression)
	if m == nil {
		return fmt.Errorf("%q is neither rate(<value> <unit>) nor cron(<minutes> <hours> <day of month> <month> <day of week> <year>)",
			shorten(expression))
	}
	if m[1] == "rate" {
		return checkRate(m[2])
	}
	return checkCron(m[2])
}

// checkRate wants a positive value and a unit in the right number.
func checkRate(body string) error {
	m := rate.FindStringSubmatch(body)
	if m == nil {
		return fmt.Errorf("rate(%s): want a whole number, one space and minutes, hours or days", shorten(body))
	}
	n, err := strconv.ParseUint(m[1], 10, 31)
	if err != nil || n == 0 {
		return fmt.Errorf("rate(%s): the value is a positive whole number", shorten(body))
	}
	unit := strings.TrimSuffix(m[2], "s")
	if n == 1 && m[2] != unit {
		return fmt.Errorf("rate(%s): a rate of 1 has a singular unit: rate(1 %s)", body, unit)
	}
	if n > 1 && m[2] == unit {
		return fmt.Errorf("rate(%s): a rate above 1 has a plural unit: rate(%d %ss)", body, n, unit)
	}
	return nil
}

// shorten keeps messages readable.
func shorten(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
