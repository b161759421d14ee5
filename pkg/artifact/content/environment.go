package content

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// EnvironmentLimit says in which environments a DAG finds what its tasks start: the
// compiled file makes a name with the environment's, and cannot shorten one.
type EnvironmentLimit struct {
	// Longest is how many characters the environment's name may have.
	Longest int `json:"longest"`
	// Starts is the pipeline that the task starts whose name is the longest, and File and
	// Line are where the task stands, below the config repo's root.
	Starts string `json:"starts"`
	File   string `json:"file"`
	Line   int    `json:"line"`
}

// Check refuses an environment with a longer name. Without a limit there is none.
func (l *EnvironmentLimit) Check(environment string) error {
	if l == nil || len(environment) <= l.Longest {
		return nil
	}
	return problem.Problem{
		File: l.File, Line: l.Line, Summary: "the task would not find the pipeline " + l.Starts + " in the environment " + environment,
		Detail: fmt.Sprintf("the environment's name has %d characters, and at most %d are possible: with more, the name of what the task starts is shortened, in a way that the compiled DAG does not know",
			len(environment), max(l.Longest, 0)),
		Hint: "Give the environment, or the pipeline that is started, a shorter name.",
	}
}
