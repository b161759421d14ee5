package syntax

import "github.com/dorc-dev/dorc/pkg/workflows/expression"

// Position is a place in the definition. Both count from 1.
type Position struct{ Line, Column int }

// Workflow is a definition: the subworkflows by name, of which "main" is one.
type Workflow struct {
	// File is the path as the user would type it.
	File string
	// Main is where an execution begins.
	Main *Subworkflow
	// Subworkflows has all of them, Main too.
	Subworkflows map[string]*Subworkflow
}

// Subworkflow is main or a named list of steps with parameters.
type Subworkflow struct {
	Position
	Name       string
	Parameters []Parameter
	Steps      []*Step
}

// Parameter is an argument of a subworkflow.
type Parameter struct {
	Position
	Name string
	// Default is nil for a parameter that must be given.
	Default *Value
}

// Step is one step. At most one of the fields from Assign to Steps is set; a step
// with none of them only jumps.
type Step struct {
	Position
	// Name is empty for the body of a try and for what a condition does.
	Name     string
	Assign   []Assignment
	Call     *Call
	Switch   []*Condition
	For      *For
	Parallel *Parallel
	Try      *Try
	Raise    *Value
	Return   *Value
	Steps    []*Step
	// Kind is the key of what the step does: "assign", "call" …, or "next".
	Kind string
	// Next is the step that follows: its name, or end, break, continue; empty for
	// the next in the list.
	Next string
	// NextPosition is where Next stands.
	NextPosition Position
}

// Assignment is one entry of assign.
type Assignment struct {
	Position
	Target *expression.Target
	Value  *Value
}

// Call is the call of a function, a connector or a subworkflow.
type Call struct {
	Position
	Function string
	// Arguments is a map of arguments by name, a list of arguments by position, or
	// nil.
	Arguments *Value
	// Result is the variable for the result; empty for none.
	Result string
}

// Condition is an entry of switch: the condition, and what is done then.
type Condition struct {
	Position
	Condition *Value
	// Then is a step without a name; its Next is where the condition leads.
	Then *Step
}

// For is a loop over a list or over a range of numbers.
type For struct {
	Position
	// Value and Index are the names of the loop's variables; Index may be empty.
	Value, Index string
	// In is a list; Range is a list of the first and the last number. One is set.
	In, Range *Value
	Steps     []*Step
}

// Parallel runs branches, or the rounds of a loop, at the same time.
type Parallel struct {
	Position
	// Shared are variables from around it that it may assign to.
	Shared []string
	// Limit is how many run at the same time; nil for the limit of Workflows.
	Limit    *Value
	Branches []*Branch
	For      *For
}

// Branch is a named list of steps.
type Branch struct {
	Position
	Name  string
	Steps []*Step
}

// Try is a body with what to do when it fails.
type Try struct {
	Position
	Body *Step
	// Retry is a policy: an expression, or a map with predicate, max_retries and
	// backoff; nil for none.
	Retry *Value
	// Except is nil when the error is not caught.
	Except *Except
}

// Except catches an error.
type Except struct {
	Position
	// As is the variable for the error; empty for none.
	As    string
	Steps []*Step
}
