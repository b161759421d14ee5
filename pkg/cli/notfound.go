package cli

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// notFound says that a name is not among those that there are, with the nearest.
func notFound(what, name, where string, known []string) error {
	p := problem.Problem{
		Resource: where,
		Summary:  fmt.Sprintf("there is no %s %q", what, name),
		Detail:   "there are: " + strings.Join(known, ", "),
	}
	if len(known) == 0 {
		p.Detail = "there are none"
	}
	if near := problem.Nearest(name, known); near != "" {
		p.Hint = fmt.Sprintf("did you mean %q?", near)
	}
	return p
}
