package awsrules

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// subject is a value under test.
type subject struct {
	// name is its path.
	name   string
	value  resource.PropertyValue
	secret bool
}

// show renders the value for a message, or hides it.
func (s subject) show() string {
	switch {
	case s.secret:
		return "a secret value"
	case s.value.IsString():
		if text := s.value.StringValue(); utf8.RuneCountInString(text) > 64 {
			return fmt.Sprintf("%q…", string([]rune(text)[:64]))
		}
		return fmt.Sprintf("%q", s.value.StringValue())
	case s.value.IsNumber():
		return number(s.value.NumberValue())
	}
	return s.value.TypeString()
}

func number(n float64) string {
	if n == math.Trunc(n) {
		return fmt.Sprintf("%d", int64(n))
	}
	return fmt.Sprint(n)
}

// test returns why a value is refused, or "". Values of another type pass: types
// are the schema's business.
type test func(subject) string

// all passes what every test passes.
func all(tests ...test) test {
	return func(s subject) string {
		for _, t := range tests {
			if reason := t(s); reason != "" {
				return reason
			}
		}
		return ""
	}
}

// length wants a string of min to max characters.
func length(least, most int) test {
	return func(s subject) string {
		if !s.value.IsString() {
			return ""
		}
		n := utf8.RuneCountInString(s.value.StringValue())
		if n >= least && n <= most {
			return ""
		}
		return fmt.Sprintf("expected length of %s to be in the range (%d - %d), got %d characters: %s",
			s.name, least, most, n, s.show())
	}
}

// pattern wants a string that matches; words say what the pattern says.
func pattern(re *regexp.Regexp, words string) test {
	return func(s subject) string {
		if !s.value.IsString() || re.MatchString(s.value.StringValue()) {
			return ""
		}
		return fmt.Sprintf("invalid value for %s (%s), got %s", s.name, words, s.show())
	}
}

// between wants a number in a range.
func between(least, most float64) test {
	return func(s subject) string {
		if !s.value.IsNumber() || (s.value.NumberValue() >= least && s.value.NumberValue() <= most) {
			return ""
		}
		return fmt.Sprintf("expected %s to be in the range (%s - %s), got %s", s.name, number(least), number(most), s.show())
	}
}

// atLeast wants a number that is not smaller.
func atLeast(least float64) test {
	return func(s subject) string {
		if !s.value.IsNumber() || s.value.NumberValue() >= least {
			return ""
		}
		return fmt.Sprintf("expected %s to be at least (%s), got %s", s.name, number(least), s.show())
	}
}

// oneOf wants one of the words.
func oneOf(words ...string) test {
	return func(s subject) string {
		if !s.value.IsString() || slices.Contains(words, s.value.StringValue()) {
			return ""
		}
		return fmt.Sprintf("expected %s to be one of %v, got %s", s.name, words, s.show())
	}
}

// oneOfNumbers wants one of the numbers.
func oneOfNumbers(numbers ...float64) test {
	return func(s subject) string {
		if !s.value.IsNumber() || slices.Contains(numbers, s.value.NumberValue()) {
			return ""
		}
		return fmt.Sprintf("expected %s to be one of %v, got %s", s.name, numbers, s.show())
	}
}

var (
	arnPattern     = regexp.MustCompile(`^arn:[\w-]+:[a-zA-Z0-9_.-]+:([a-z0-9-]*):(\d{12}|aws)?:.+$`)
	accountPattern = regexp.MustCompile(`^\d{12}$`)
)

// isARN wants an Amazon Resource Name.
func isARN(s subject) string {
	if !s.value.IsString() || arnPattern.MatchString(s.value.StringValue()) {
		return ""
	}
	why := "arn: invalid format, want arn:partition:service:region:account:resource"
	if !strings.HasPrefix(s.value.StringValue(), "arn:") {
		why = "arn: invalid prefix"
	}
	return fmt.Sprintf("%q (%s) is an invalid ARN: %s", s.name, s.show(), why)
}

// document hides the reasons of a test that quotes from the value, when that is secret.
func document(t test) test {
	return func(s subject) string {
		reason := t(s)
		if reason != "" && s.secret {
			return s.name + " is not valid; its value is secret, so the reason is not shown"
		}
		return reason
	}
}

// isJSON wants a JSON text.
var isJSON = document(func(s subject) string {
	if !s.value.IsString() {
		return ""
	}
	var v any
	if err := json.Unmarshal([]byte(s.value.StringValue()), &v); err != nil {
		return fmt.Sprintf("%q contains an invalid JSON: %v", s.name, err)
	}
	return ""
})
