package cron

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNext(t *testing.T) {
	monday := time.Date(2024, 1, 1, 12, 30, 0, 0, time.UTC)
	for expression, want := range map[string]string{
		"* * * * *":            "2024-01-01T12:31:00Z",
		"0 3 * * *":            "2024-01-02T03:00:00Z",
		"*/15 9-17 * * 1-5":    "2024-01-01T12:45:00Z",
		"0 0 1,15 * *":         "2024-01-15T00:00:00Z",
		"0 0 29 FEB *":         "2024-02-29T00:00:00Z",
		"0 0 1 JAN,JUL *":      "2024-07-01T00:00:00Z",
		"0 0 * * SUN":          "2024-01-07T00:00:00Z",
		"0 0 * * 7":            "2024-01-07T00:00:00Z",
		"0 0 * * 5-7":          "2024-01-05T00:00:00Z",
		"0 0 * * 6-7/1":        "2024-01-06T00:00:00Z",
		"0 0-23/2 * * *":       "2024-01-01T14:00:00Z",
		"0 0 13 * FRI":         "2024-01-05T00:00:00Z", // either day
		" 5  4 * * * ":         "2024-01-02T04:05:00Z",
		"59 23 31 12 MON-FRI":  "2024-12-02T23:59:00Z",
		"0 0 1 1 *":            "2025-01-01T00:00:00Z",
		"30,45 12 * 1-3,6-8 *": "2024-01-01T12:45:00Z",
	} {
		s, err := Parse(expression)
		require.NoError(t, err, expression)
		next, ok := s.Next(monday)
		assert.True(t, ok, expression)
		assert.Equal(t, want, next.Format(time.RFC3339), expression)
		assert.Equal(t, expression, s.String())
	}
	never, err := Parse("0 0 30 2 *")
	require.NoError(t, err)
	_, ok := never.Next(monday)
	assert.False(t, ok)
	_, ok = Schedule{}.Next(monday)
	assert.False(t, ok)
}

func TestRefused(t *testing.T) {
	for expression, want := range map[string]struct{ field, reason, hint string }{
		"":                   {"", "0 fields", "five fields"},
		"0 3 * *":            {"", "4 fields", "five fields"},
		"0 0 3 * * *":        {"", "neither seconds nor years", ""},
		"every 5 minutes":    {"", "App Engine", "five fields"},
		"1st monday of june": {"", "App Engine", ""},
		"@daily":             {"", "@daily", ""},
		"TZ=UTC 0 3 * * *":   {"", "time zone", "on its own"},
		"60 * * * *":         {"minute", `"60" is not one of 0 to 59`, ""},
		"-1 * * * *":         {"minute", `"" is not one of`, ""},
		"* 24 * * *":         {"hour", `"24"`, ""},
		"* * 0 * *":          {"day of the month", `"0" is not one of 1 to 31`, ""},
		"* * L * *":          {"day of the month", `"L"`, ""},
		"* * ? * *":          {"day of the month", `"?"`, ""},
		"* * * 13 *":         {"month", "1 to 12 or JAN to DEC", ""},
		"* * * jan *":        {"month", "in capitals", "Write JAN"},
		"* * * * 8":          {"day of the week", "or 7 for Sunday", ""},
		"* * * * MON#1":      {"day of the week", `"MON#1"`, ""},
		"*/0 * * * *":        {"minute", `"0" is not a step`, ""},
		"*/x * * * *":        {"minute", `"x" is not a step`, ""},
		"5/15 * * * *":       {"minute", "a step behind a single value", "Write 5-59/15"},
		"30-10 * * * *":      {"minute", "goes backwards", ""},
		"1,,2 * * * *":       {"minute", `"" is not one of`, ""},
		"1-70 * * * *":       {"minute", `"70"`, ""},
		"１ * * * *":          {"minute", "is not one of", ""},
	} {
		_, err := Parse(expression)
		var bad *Error
		require.True(t, errors.As(err, &bad), expression)
		assert.Equal(t, want.field, bad.Field, expression)
		assert.Contains(t, bad.Reason, want.reason, expression)
		assert.Contains(t, bad.Hint, want.hint, expression)
		assert.Contains(t, err.Error(), bad.Reason)
		assert.Equal(t, strings.Contains(want.reason, "App Engine"), bad.English)
	}
}

// Nothing panics, and the library agrees with what is accepted: 7 apart, each
// expression is one of its own.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0 3 * * *", "*/15 9-17 1,15 JAN-MAR 5-7", "every 5 minutes", "5/15 * * * *", "* * * * 7"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		s, err := Parse(expression)
		if err != nil {
			return
		}
		at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		if next, ok := s.Next(at); ok && !next.After(at) {
			t.Errorf("%q fires at %s", expression, next)
		}
	})
}
