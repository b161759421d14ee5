package scaffold

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// DefaultFunction is the first function of a pipeline when none is named.
const DefaultFunction = "process"

// CheckName says what is wrong with the name of a layer, a pipeline or a
// function, or "". Kind is the word for it.
func (r Repo) CheckName(kind, name string) string {
	switch {
	case name == "":
		return fmt.Sprintf("the %s has no name", kind)
	case !definition.ValidName(name):
		return fmt.Sprintf("%q cannot be the name of a %s: %s", name, kind, definition.NameRule)
	case kind == "pipeline" && slices.Contains(r.Reserved, name):
		return fmt.Sprintf("%q cannot be the name of a pipeline: dorc's commands mean something else by it", name)
	default:
		return ""
	}
}

// CheckDescription says what is wrong with a pipeline's description, or "".
func CheckDescription(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
		return "a description is one line of text"
	}
	return ""
}

func (r Repo) checkNames(kindsAndNames ...string) error {
	var problems problem.List
	for i := 0; i < len(kindsAndNames); i += 2 {
		if wrong := r.CheckName(kindsAndNames[i], kindsAndNames[i+1]); wrong != "" {
			problems = append(problems, problem.Problem{Resource: kindsAndNames[i], Summary: wrong, Hint: "choose another name"})
		}
	}
	return problems.Err()
}

// CheckEnvironment says what is wrong with an environment's name, or "".
func CheckEnvironment(name string) string { return settings.CheckName(name) }

func checkEnvironment(name string) error {
	if wrong := CheckEnvironment(name); wrong != "" {
		return problem.Problem{Resource: "environment", Summary: wrong, Hint: "choose another name, such as staging"}
	}
	return nil
}
