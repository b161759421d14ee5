package engine

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Stack tags that dorc keeps beside the state.
const (
	// TagTarget is where the stack lives.
	TagTarget = "dorc:target"
	// TagKind is what the stack's instance is.
	TagKind = "dorc:kind"
	// TagEnvironment is the stack's environment.
	TagEnvironment = "dorc:environment"
)

// checkTarget refuses a stack that lives elsewhere: its state describes
// resources that this target does not have. A stack without resources may move.
func (o *opened) checkTarget(s Stack) error {
	recorded := o.tags[TagTarget]
	if recorded == "" || recorded == s.Target || len(o.snapshot.Resources) == 0 {
		return nil
	}
	return problem.Problem{
		Resource: "stack " + s.Name,
		Summary:  fmt.Sprintf("the stack lives on target %s, not %s", recorded, s.Target),
		Detail:   "its state describes what was made there",
		Hint: fmt.Sprintf("use DORC_TARGET=%s for it, or another INFRA_BUCKET for target %s; "+
			"to move it, destroy it there first", recorded, s.Target),
	}
}
