package check

import "github.com/dorc-dev/dorc/pkg/problem"

// Level says how bad a finding is.
type Level string

const (
	// OK says that it is as it should be.
	OK Level = "ok"
	// Unknown says that it was not looked at, since something else is missing first
	// or nobody may look.
	Unknown Level = "not checked"
	// Warning says that work can go on.
	Warning Level = "warning"
	// Missing says that nothing should be changed until it is there.
	Missing Level = "missing"
)

// Finding is what a check found.
type Finding struct {
	// Check names what was looked at, such as "credentials" or "network of prod".
	Check string `json:"check"`
	// Level is how bad it is.
	Level Level `json:"level"`
	// Summary says what was found in one line.
	Summary string `json:"summary"`
	// Detail gives the values and the reason. Default: "".
	Detail string `json:"detail,omitempty"`
	// Hint says what to do. Default: "".
	Hint string `json:"hint,omitempty"`
	// Fault is the kind of the error behind it. Default: NoFault.
	Fault Fault `json:"-"`
}

// Problem is the finding as an error of its own.
func (f Finding) Problem() problem.Problem {
	return problem.Problem{Resource: f.Check, Summary: f.Summary, Detail: f.Detail, Hint: f.Hint}
}
