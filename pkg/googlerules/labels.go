package googlerules

import (
	"fmt"
	"regexp"

	"github.com/dorc-dev/dorc/pkg/rules"
)

const labelsSource = "https://cloud.google.com/resource-manager/docs/labels-overview"

// maxLabels is how many labels a resource may have.
const maxLabels = 64

var (
	labelKey   = regexp.MustCompile(`^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$`)
	labelValue = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$`)
)

// labelRows test the labels that most types have.
var labelRows = []row{
	{"labels{key}", pattern(labelKey, "a label's key has 1 to 63 lower-case letters, digits, _ and -, and begins with a letter"), labelsSource},
	{"labels{}", pattern(labelValue, "a label's value has at most 63 lower-case letters, digits, _ and -"), labelsSource},
}

func checkLabelCount(in inputs) []Failure {
	v, given, known := in.Get("labels")
	if !given || !known || !v.IsObject() || len(v.ObjectValue()) <= maxLabels {
		return nil
	}
	return []rules.Failure{{Property: "labels", Source: labelsSource,
		Reason: fmt.Sprintf("expected at most %d labels, got %d", maxLabels, len(v.ObjectValue()))}}
}
