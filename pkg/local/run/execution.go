package run

import (
	"encoding/json"
	"time"
)

// Status is the status of an execution, spelt as Step Functions does.
type Status string

// The statuses of an execution. Running is kept when the process was killed before the end.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Execution is one run of a state machine or a workflow with everything that a person asks about afterwards.
// It is kept as run.json in the run's folder.
type Execution struct {
	// ID names the run; it sorts by time.
	ID string `json:"id"`
	// ARN is the execution's ARN as the context object shows it.
	ARN string `json:"arn"`
	// StateMachine is the name of the state machine or workflow, StateMachineARN its ARN or whole name.
	StateMachine    string `json:"stateMachine"`
	StateMachineARN string `json:"stateMachineArn"`
	// Parent is the identifier of the run that started this one; empty for a run of its own.
	Parent string `json:"parent,omitempty"`
	Status Status `json:"status"`
	// Input and Output are JSON values; Output is empty unless the run succeeded.
	Input  json.RawMessage `json:"input"`
	Output json.RawMessage `json:"output,omitempty"`
	// Error and Cause are set when the run failed.
	Error   string    `json:"error,omitempty"`
	Cause   string    `json:"cause,omitempty"`
	Started time.Time `json:"started"`
	// Ended is zero while the run is going on.
	Ended time.Time `json:"ended,omitzero"`
	// States has each visit of a state in the order of entry, those inside Map and Parallel too.
	States []StateVisit `json:"states"`
	// PID is the process that runs it, while it does.
	PID int `json:"pid,omitempty"`
	// Children are the identifiers of the runs that this one started.
	Children []string `json:"children,omitempty"`
}

// StateVisit is one visit of a state.
type StateVisit struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Path has the enclosing states and iterations.
	Path    []string  `json:"path,omitempty"`
	Entered time.Time `json:"entered"`
	Exited  time.Time `json:"exited,omitzero"`
	// Attempts is how often a task was tried; 0 for states that try nothing.
	Attempts int `json:"attempts,omitempty"`
	// Error and Cause are set when the visit failed, also when a Catch took it.
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

// Summary is a kept run in a list.
type Summary struct {
	ID           string    `json:"id"`
	StateMachine string    `json:"stateMachine"`
	Parent       string    `json:"parent,omitempty"`
	Status       Status    `json:"status"`
	Error        string    `json:"error,omitempty"`
	Started      time.Time `json:"started"`
	Ended        time.Time `json:"ended,omitzero"`
}

// Filter selects kept runs. The zero value selects all.
type Filter struct {
	// StateMachines are names of state machines or workflows; none selects every one.
	StateMachines []string
	// Status selects runs of one status; empty selects every one.
	Status Status
	// Limit is the most runs returned, newest first; 0 means no limit.
	Limit int
}
