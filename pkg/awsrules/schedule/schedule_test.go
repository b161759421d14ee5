package schedule

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	unix "github.com/robfig/cron/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start is a Saturday.
var start = time.Date(2026, time.November, 21, 6, 30, 30, 0, time.UTC)

// TestNext lists, for expressions that EventBridge accepts, the next moments
// after start. The first ones are the examples of AWS's page.
func TestNext(t *testing.T) {
	for expression, want := range map[string]string{
		"cron(0 10 * * ? *)":             "2026-11-21 10:00, 2026-11-22 10:00",
		"cron(15 12 * * ? *)":            "2026-11-21 12:15, 2026-11-22 12:15",
		"cron(0 18 ? * MON-FRI *)":       "2026-11-23 18:00, 2026-11-24 18:00",
		"cron(0 8 1 * ? *)":              "2026-12-01 08:00, 2027-01-01 08:00",
		"cron(0/15 * * * ? *)":           "2026-11-21 06:45, 2026-11-21 07:00",
		"cron(0/10 * ? * MON-FRI *)":     "2026-11-23 00:00, 2026-11-23 00:10",
		"cron(0/5 8-17 ? * MON-FRI *)":   "2026-11-23 08:00, 2026-11-23 08:05",
		"cron(0/30 20-23 ? * MON-FRI *)": "2026-11-23 20:00, 2026-11-23 20:30",
		"cron(0/30 0-2 ? * MON-FRI *)":   "2026-11-23 00:00, 2026-11-23 00:30",
		"cron(15 10 ? * 6L 2026-2027)":   "2026-11-27 10:15, 2026-12-25 10:15",
		"cron(*/20 6 * * ? *)":           "2026-11-21 06:40, 2026-11-22 06:00",
		"cron(1/10 * * * ? *)":           "2026-11-21 06:31, 2026-11-21 06:41",
		"cron(10-30/10,50 6 * * ? *)":    "2026-11-21 06:50, 2026-11-22 06:10",
		"cron(0 0 L * ? *)":              "2026-11-30 00:00, 2026-12-31 00:00",
		"cron(0 0 LW * ? *)":             "2026-11-30 00:00, 2026-12-31 00:00, 2027-01-29 00:00",
		"cron(0 0 ? * L *)":              "2026-11-28 00:00, 2026-12-05 00:00",
		"cron(0 0 ? * FRIL *)":           "2026-11-27 00:00, 2026-12-25 00:00",
		"cron(0 0 ? * 3#2 *)":            "2026-12-08 00:00, 2027-01-12 00:00",
		"cron(0 0 ? * tue#5 *)":          "2026-12-29 00:00, 2027-03-30 00:00",
		"cron(0 0 3W * ? *)":             "2026-12-03 00:00, 2027-01-04 00:00",
		"cron(0 0 1W 5 ? 2027)":          "2027-05-03 00:00", // the 1st is a Saturday
		"cron(0 0 31W 10 ? 2027)":        "2027-10-29 00:00", // the 31st is a Sunday
		"cron(0 0 29 2 ? *)":             "2028-02-29 00:00, 2032-02-29 00:00",
		"cron(0 0 1 JAN,jul ? *)":        "2027-01-01 00:00, 2027-07-01 00:00",
		"cron(0 0 ? * SAT-MON *)":        "2026-11-22 00:00, 2026-11-23 00:00, 2026-11-28 00:00",
		"cron(05 06 1/10 * ? *)":         "2026-12-01 06:05, 2026-12-11 06:05",
		"cron(0 0 1 1 ? 2030/2)":         "2030-01-01 00:00, 2032-01-01 00:00",
		"cron(0 0 1 1 ? 2020,2199)":      "2199-01-01 00:00",
		"cron(0 0 1 1 ? 2020)":           "",
		"cron(59 23 31 12 ? 1970-2199)":  "2026-12-31 23:59",
		"cron(30 6 * * ? *)":             "2026-11-22 06:30", // this minute has begun
		"rate(1 minute)":                 "2026-11-21 06:31",
		"rate(90 minutes)":               "2026-11-21 08:00",
		"rate(1 hour)":                   "2026-11-21 07:30",
		"rate(12 hours)":                 "2026-11-21 18:30",
		"rate(1 day)":                    "2026-11-22 06:30",
		"rate(10 days)":                  "2026-12-01 06:30",
	} {
		t.Run(expression, func(t *testing.T) {
			s, err := Parse(expression)
			require.NoError(t, err)
			assert.Equal(t, expression, s.String())
			var got []string
			at, ok := start, true
			for range max(strings.Count(want, ",")+1, 1) {
				if at, ok = s.Next(at); ok {
					got = append(got, at.Format("2006-01-02 15:04"))
				}
			}
			assert.Equal(t, want, strings.Join(got, ", "))
		})
	}
}

func TestNextIsUTC(t *testing.T) {
	s, err := Parse("cron(0 6 * * ? *)")
	require.NoError(t, err)
	at, ok := s.Next(time.Date(2026, 7, 1, 7, 30, 0, 0, time.FixedZone("BST", 3600)))
	assert.True(t, ok)
	assert.Equal(t, "2026-07-02T06:00:00Z", at.Format(time.RFC3339))

	_, ok = Schedule{}.Next(start)
	assert.False(t, ok, "the zero schedule never runs")
}

// TestRefusedSchedules lists what EventBridge refuses, with a part of the
// reason or the hint.
func TestRefusedSchedules(t *testing.T) {
	for expression, want := range map[string]string{
		"":                                "neither cron(...) nor rate(...)",
		"0 6 * * *":                       "the five fields of Unix cron",
		"0 6 * * ? *":                     "Write cron(0 6 * * ? *)",
		"at(2026-11-21T10:00:00)":         "no at(...)",
		"Cron(0 6 * * ? *)":               "neither cron(...) nor rate(...)",
		"cron(0 6 * * ? *":                "neither",
		"cron(0 6 * * ? *) ":              "neither",
		"cron()":                          "it has 0 fields",
		"cron(0 6 * * ?)":                 "Add the year",
		"cron(0 0 6 * * ? *)":             "it has 7 fields",
		"cron(0  6 * * ? *)":              "more than one space",
		"cron( 0 6 * * ? *)":              "Write cron(0 6 * * ? *)",
		"cron(0 6 * * * *)":               "Write cron(0 6 * * ? *)",
		"cron(0 6 * * MON *)":             "Write cron(0 6 ? * MON *)",
		"cron(0 6 ? * ? *)":               "both ?",
		"cron(0 6 1 * MON *)":             "both given",
		"cron(60 6 * * ? *)":              "minutes is 0-59",
		"cron(-1 6 * * ? *)":              "minutes",
		"cron(+1 6 * * ? *)":              "minutes",
		"cron(0 24 * * ? *)":              "hours is 0-23",
		"cron(0 6 0 * ? *)":               "day-of-month is 1-31",
		"cron(0 6 32 * ? *)":              "day-of-month",
		"cron(0 6 * 13 ? *)":              "month is 1-12 or JAN-DEC",
		"cron(0 6 * JANUARY ? *)":         "month",
		"cron(0 6 * JAM ? *)":             `Did you mean "JAN"?`,
		"cron(0 6 ? * 0 *)":               "Sunday is 1",
		"cron(0 6 ? * 8 *)":               "day-of-week is 1-7 or SUN-SAT",
		"cron(0 6 ? * 1/2 *)":             "no increments",
		"cron(0 6 ? * 3W *)":              "W belongs to day-of-month",
		"cron(0 6 ? * 3#6 *)":             "which of the month",
		"cron(0 6 ? * 3#0 *)":             "which of the month",
		"cron(0 6 ? * 3#1,6#3 *)":         "which of the month",
		"cron(0 6 ? * MON,6L *)":          "L behind it",
		"cron(0 6 * * ? 1969)":            "year is 1970-2199",
		"cron(0 6 * * ? 2200)":            "year",
		"cron(0 6 L-3 * ? *)":             "L stands alone",
		"cron(0 6 1,L * ? *)":             "L stands alone",
		"cron(0 6 1-5W * ? *)":            "Write it as in 3W",
		"cron(0 6 W * ? *)":               "Write it as in 3W",
		"cron(0 6 * L ? *)":               "month",
		"cron(? 6 * * ? *)":               "minutes",
		"cron(0/0 6 * * ? *)":             "impossible increment",
		"cron(0/60 6 * * ? *)":            "impossible increment",
		"cron(0/x 6 * * ? *)":             "impossible increment",
		"cron(0/1/2 6 * * ? *)":           "impossible increment",
		"cron(1- 6 * * ? *)":              "not a range",
		"cron(1-2-3 6 * * ? *)":           "not a range",
		"cron(*-5 6 * * ? *)":             "minutes",
		"cron(1, 6 * * ? *)":              "minutes",
		"cron(0 22-4 * * ? *)":            "Write two ranges: 22-23,0-4",
		"cron(0 0 30 2 ? *)":              "never run",
		"cron(0 0 29 2 ? 2027)":           "never run",
		"cron(0 0 31 4,6,9,11 ? *)":       "never run",
		"rate()":                          "value and a unit",
		"rate(5)":                         "value and a unit",
		"rate(5 seconds)":                 "value and a unit",
		"rate(5  minutes)":                "value and a unit",
		"rate(-5 minutes)":                "value and a unit",
		"rate(1.5 hours)":                 "value and a unit",
		"rate(0 minutes)":                 "The shortest is rate(1 minute)",
		"rate(1 minutes)":                 "Write rate(1 minute)",
		"rate(5 minute)":                  "Write rate(5 minutes)",
		"rate(2 day)":                     "Write rate(2 days)",
		"rate(99999999 days)":             "too large",
		"rate(99999999999999999999 days)": "too large",
		"cron(" + strings.Repeat("0,", 130) + "0 6 * * ? *)": "at most 256 characters",
	} {
		t.Run(expression, func(t *testing.T) {
			_, err := Parse(expression)
			var bad *Error
			require.True(t, errors.As(err, &bad), "accepted")
			assert.NotEmpty(t, bad.Rule)
			assert.Contains(t, strings.Join([]string{bad.Error(), bad.Rule, bad.Hint}, "\n"), want)
			// A hint that gives an expression gives one that works.
			hint, ok := strings.CutPrefix(bad.Hint, "Write ")
			if ok && (strings.HasPrefix(hint, "cron(") || strings.HasPrefix(hint, "rate(")) {
				_, err := Parse(hint)
				assert.NoError(t, err)
			}
		})
	}
}

// TestNextAgainstCron compares plain fields with a library for Unix cron, which
// means the same by them but counts days of the week from 0.
func TestNextAgainstCron(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	field := func(low, high, shift int) (aws, unix string) {
		a, b := low+random.IntN(high-low+1), low+random.IntN(high-low+1)
		a, b = min(a, b), max(a, b)
		switch random.IntN(4) {
		case 0:
			return "*", "*"
		case 1:
			return fmt.Sprint(a), fmt.Sprint(a - shift)
		case 2:
			return fmt.Sprintf("%d-%d", a, b), fmt.Sprintf("%d-%d", a-shift, b-shift)
		default:
			return fmt.Sprintf("%d,%d", a, b), fmt.Sprintf("%d,%d", a-shift, b-shift)
		}
	}
	for range 500 {
		minute, unixMinute := field(0, 59, 0)
		hour, unixHour := field(0, 23, 0)
		month, unixMonth := field(1, 12, 0)
		day, unixDay := field(1, 28, 0)
		weekday, unixWeekday := "?", "*"
		if random.IntN(2) == 0 {
			day, unixDay = "?", "*"
			weekday, unixWeekday = field(1, 7, 1)
		}
		expression := fmt.Sprintf("cron(%s %s %s %s %s *)", minute, hour, day, month, weekday)
		ours, err := Parse(expression)
		require.NoError(t, err, expression)
		theirs, err := unix.ParseStandard(strings.Join([]string{unixMinute, unixHour, unixDay, unixMonth, unixWeekday}, " "))
		require.NoError(t, err)
		at := start
		for range 5 {
			want := theirs.Next(at)
			got, ok := ours.Next(at)
			require.True(t, ok)
			require.Equal(t, want, got, "%s after %s", expression, at)
			at = got
		}
	}
}

// FuzzParse holds that no text panics, and that an accepted one has
// moments in order, each on a whole minute.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"cron(0/15 8-17 ? * MON-FRI *)", "cron(0 0 LW * ? *)", "cron(5 4 ? * 3#2 2030/3)",
		"cron(0 0 31W 1,5 ? *)", "rate(5 minutes)", "rate(1 day)", "cron(0 0 ? * 6L 1970-2199)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		s, err := Parse(expression)
		if err != nil {
			var bad *Error
			if !errors.As(err, &bad) || bad.Reason == "" || bad.Rule == "" {
				t.Fatalf("bad error %#v", err)
			}
			return
		}
		at := time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)
		for range 3 {
			next, ok := s.Next(at)
			if !ok {
				break
			}
			if !next.After(at) || next.Second() != 0 {
				t.Fatalf("%s after %s is %s", expression, at, next)
			}
			at = next
		}
	})
}
