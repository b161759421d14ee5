package rules

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Subject is a value under test.
type Subject struct {
	// Name is its path.
	Name   string
	Value  resource.PropertyValue
	Secret bool
}

// Show renders the value for a message, or hides it.
func (s Subject) Show() string {
	switch {
	case s.Secret:
		return "a secret value"
	case s.Value.IsString():
		if text := s.Value.StringValue(); utf8.RuneCountInString(text) > 64 {
			return fmt.Sprintf("%q…", string([]rune(text)[:64]))
		}
		return fmt.Sprintf("%q", s.Value.StringValue())
	case s.Value.IsNumber():
		return Number(s.Value.NumberValue())
	}
	return s.Value.TypeString()
}

// Number renders a number without needless digits.
func Number(n float64) string {
	if n == math.Trunc(n) {
		return fmt.Sprintf("%d", int64(n))
	}
	return fmt.Sprint(n)
}

// Test returns why a value is refused, or "". Values of another type pass: types
// are the schema's business.
type Test func(Subject) string

// All passes what every test passes.
func All(tests ...Test) Test {
	return func(s Subject) string {
		for _, t := range tests {
			if reason := t(s); reason != "" {
				return reason
			}
		}
		return ""
	}
}

// Length wants a string of min to max characters.
func Length(least, most int) Test {
	return func(s Subject) string {
		if !s.Value.IsString() {
			return ""
		}
		n := utf8.RuneCountInString(s.Value.StringValue())
		if n >= least && n <= most {
			return ""
		}
		return fmt.Sprintf("expected length of %s to be in the range (%d - %d), got %d characters: %s",
			s.Name, least, most, n, s.Show())
	}
}

// Pattern wants a string that matches; words say what the pattern says.
func Pattern(re *regexp.Regexp, words string) Test {
	return func(s Subject) string {
		if !s.Value.IsString() || re.MatchString(s.Value.StringValue()) {
			return ""
		}
		return fmt.Sprintf("invalid value for %s (%s), got %s", s.Name, words, s.Show())
	}
}

// Between wants a number in a range.
func Between(least, most float64) Test {
	return func(s Subject) string {
		if !s.Value.IsNumber() || (s.Value.NumberValue() >= least && s.Value.NumberValue() <= most) {
			return ""
		}
		return fmt.Sprintf("expected %s to be in the range (%s - %s), got %s", s.Name, Number(least), Number(most), s.Show())
	}
}

// AtLeast wants a number that is not smaller.
func AtLeast(least float64) Test {
	return func(s Subject) string {
		if !s.Value.IsNumber() || s.Value.NumberValue() >= least {
			return ""
		}
		return fmt.Sprintf("expected %s to be at least (%s), got %s", s.Name, Number(least), s.Show())
	}
}

// OneOf wants one of the words.
func OneOf(words ...string) Test {
	return func(s Subject) string {
		if !s.Value.IsString() || slices.Contains(words, s.Value.StringValue()) {
			return ""
		}
		return fmt.Sprintf("expected %s to be one of %v, got %s", s.Name, words, s.Show())
	}
}

// OneOfNumbers wants one of the numbers.
func OneOfNumbers(numbers ...float64) Test {
	return func(s Subject) string {
		if !s.Value.IsNumber() || slices.Contains(numbers, s.Value.NumberValue()) {
			return ""
		}
		return fmt.Sprintf("expected %s to be one of %v, got %s", s.Name, numbers, s.Show())
	}
}

// Document hides the reasons of a test that quotes from the value, when that is secret.
func Document(t Test) Test {
	return func(s Subject) string {
		reason := t(s)
		if reason != "" && s.Secret {
			return s.Name + " is not valid; its value is secret, so the reason is not shown"
		}
		return reason
	}
}

// IsJSON wants a JSON text.
var IsJSON = Document(func(s Subject) string {
	if !s.Value.IsString() {
		return ""
	}
	var v any
	if err := json.Unmarshal([]byte(s.Value.StringValue()), &v); err != nil {
		return fmt.Sprintf("%q contains an invalid JSON: %v", s.Name, err)
	}
	return ""
})
