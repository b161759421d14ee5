package naming

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// maxLabelChars is the limit of a label's key and of its value. Source, also of
// the characters: https://cloud.google.com/resource-manager/docs/labels-overview#requirements
const maxLabelChars = 63

const labelSource = "https://cloud.google.com/resource-manager/docs/labels-overview#requirements"

var notInLabels = regexp.MustCompile(`[^\p{Ll}\p{Lo}\p{N}_-]+`)

// Label turns a tag into a label of Google Cloud: in lower case, with - for
// what labels cannot have. The error is a problem.Problem when that is not enough.
func Label(key, value string) (k, v string, err error) {
	k, v = labelText(key), labelText(value)
	refuse := func(summary, detail, hint string) (string, string, error) {
		return "", "", problem.Problem{Resource: "tag " + key, Summary: summary, Detail: detail + " (" + labelSource + ")", Hint: hint}
	}
	first, _ := utf8.DecodeRuneInString(k)
	switch {
	case !unicode.IsLower(first) && !unicode.Is(unicode.Lo, first):
		return refuse("its name cannot be the key of a label on Google Cloud", "a key begins with a letter", "give it a name that begins with a letter")
	case utf8.RuneCountInString(k) > maxLabelChars:
		return refuse("its name is too long for the key of a label on Google Cloud", "at most 63 characters are allowed", "shorten the name")
	case utf8.RuneCountInString(v) > maxLabelChars:
		return refuse("its value is too long for a label on Google Cloud", "at most 63 characters are allowed", "shorten the value")
	}
	return k, v, nil
}

func labelText(s string) string { return notInLabels.ReplaceAllString(strings.ToLower(s), "-") }
