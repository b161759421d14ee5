package google

import (
	"encoding/json"
	"time"
)

// Kind says what an Event reports.
type Kind string

// The kinds of events.
const (
	// ExecutionStarted is the first event: Link leads to the execution.
	ExecutionStarted Kind = "execution-started"
	// ExecutionState is sent when the execution's state changes, and when it ends.
	ExecutionState Kind = "execution-state"
	// StepEntered is sent for the workflow's step that runs when Google is asked. Steps
	// that are shorter than the time between two questions are not seen.
	StepEntered Kind = "step-entered"
	// JobStarted is sent when the execution's Dataflow job is found: Link leads to it.
	JobStarted Kind = "job-started"
	// JobState is sent when the job's state changes.
	JobState Kind = "job-state"
	// JobMessage is a message of the job.
	JobMessage Kind = "job-message"
	// JobUnseen is sent once when the job cannot be looked at: Message says why. The
	// execution is followed on.
	JobUnseen Kind = "job-unseen"
	// Silence is sent when Google did not answer and is asked again: Message says why.
	Silence Kind = "silence"
)

// Event is one thing that happened. Only the fields of its kind are set.
type Event struct {
	// Kind says what happened.
	Kind Kind `json:"kind"`
	// Time is when it happened, as Google says, or when it was seen.
	Time time.Time `json:"time"`
	// Execution is the id of the workflow's execution, and Workflow that of the workflow.
	Execution string `json:"execution,omitempty"`
	Workflow  string `json:"workflow,omitempty"`
	// Job and JobName are the Dataflow job's id and name.
	Job     string `json:"job,omitempty"`
	JobName string `json:"jobName,omitempty"`
	// State is a state without its prefix, such as RUNNING.
	State string `json:"state,omitempty"`
	// Step is <subworkflow>.<step>.
	Step string `json:"step,omitempty"`
	// Importance is a message's: DEBUG, DETAILED, BASIC, WARNING or ERROR.
	Importance string `json:"importance,omitempty"`
	// Message is the text of a message.
	Message string `json:"message,omitempty"`
	// Link is a page of Google's console.
	Link string `json:"link,omitempty"`
	// Took is how long an execution ran that has ended; Output is what it returned, as
	// JSON, or Error what it raised.
	Took   time.Duration   `json:"took,omitempty"`
	Output json.RawMessage `json:"output,omitempty"`
	Error  string          `json:"error,omitempty"`
	// Retry is the wait before Google is asked again.
	Retry time.Duration `json:"retry,omitempty"`
}
