package awsrules

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/rules"
)

const tagsSource = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"

// maxTags is how many tags a resource may have.
const maxTags = 50

var tagPattern = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// checkTags tests the tags that most types have.
func checkTags(in inputs) []Failure {
	v, given, known := in.Get("tags")
	if !given || !known || !v.IsObject() {
		return nil
	}
	var out []Failure
	fail := func(property, format string, args ...any) {
		out = append(out, Failure{Property: property, Reason: fmt.Sprintf(format, args...), Source: tagsSource})
	}
	if n := len(v.ObjectValue()); n > maxTags {
		fail("tags", "expected at most %d tags, got %d", maxTags, n)
	}
	for _, key := range v.ObjectValue().StableKeys() {
		name, at := string(key), "tags."+string(key)
		switch {
		case name == "" || utf8.RuneCountInString(name) > 128:
			fail(at, "a tag's key has 1 to 128 characters")
		case strings.HasPrefix(strings.ToLower(name), "aws:"):
			fail(at, "tag keys that begin with aws: are reserved for AWS")
		case !tagPattern.MatchString(name):
			fail(at, "a tag's key has letters, numbers, spaces and _ . : / = + - @")
		}
		text, _, known := rules.Reveal(v.ObjectValue()[key])
		if !known || !text.IsString() {
			continue
		}
		switch {
		case utf8.RuneCountInString(text.StringValue()) > 256:
			fail(at, "a tag's value has at most 256 characters")
		case !tagPattern.MatchString(text.StringValue()):
			fail(at, "a tag's value has letters, numbers, spaces and _ . : / = + - @")
		}
	}
	return out
}
