package settings

import (
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// oneOf refuses a value that is none of the known ones; "" is none at all.
func oneOf(variable, value string, src Source, known ...string) *problem.Problem {
	if value == "" || slices.Contains(known, value) {
		return nil
	}
	hint := "use " + strings.Join(known, ", ")
	if near := problem.Nearest(value, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	p := src.problem(variable, "is unknown", "it is "+quote(value), hint)
	return &p
}
