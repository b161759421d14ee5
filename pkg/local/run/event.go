package run

import (
	"encoding/json"
	"time"
)

// Kind says what an Event reports.
type Kind string

// The kinds of events, in the order in which a run meets them.
const (
	// RunStarted is the first event of a run.
	RunStarted Kind = "run-started"
	// Preparing is progress while something is made ready before states run: an image
	// unpacked, a Python environment made. Subject names it, Message is a line of progress.
	Preparing Kind = "preparing"
	// Prepared ends a preparation.
	Prepared Kind = "prepared"
	// StateEntered is sent once when a state is entered.
	StateEntered Kind = "state-entered"
	// StateExited is sent when a state ended well. Duration is its time with all attempts.
	StateExited Kind = "state-exited"
	// StateFailed is sent when a state ended with an error that no Catch took, or that one took (Next is then set).
	StateFailed Kind = "state-failed"
	// StateSkipped is sent at the end of a DAG run for a task that did not run: Message is its state in Airflow.
	StateSkipped Kind = "state-skipped"
	// Attempt is sent when a task's attempt starts; Attempt counts from 1.
	Attempt Kind = "attempt"
	// Retry is sent before the wait for a next attempt; Duration is the wait.
	Retry Kind = "retry"
	// Wait is sent when a Wait state starts waiting; Duration is how long.
	Wait Kind = "wait"
	// Log is a line that a function, a job or a workflow wrote, or a line of the platform (START, END, REPORT).
	Log Kind = "log"
	// FunctionFailed reports an error that a function returned: Error is its type, Cause its message, and
	// Traceback has Python's lines.
	FunctionFailed Kind = "function-failed"
	// JobLaunched is sent when a workflow launched a Dataflow job, JobState when its state changes: Message is the state,
	// without JOB_STATE_.
	JobLaunched Kind = "job-launched"
	JobState    Kind = "job-state"
	// Following is sent when a workflow has ended and what it started goes on: Message says what.
	Following Kind = "following"
	// ChildStarted is sent when a state starts another state machine; Run is the child's identifier.
	ChildStarted Kind = "child-started"
	// ChildFinished is its end.
	ChildFinished Kind = "child-finished"
	// ObjectCreated reports an object that a function wrote; Matches are the rules that it would start.
	ObjectCreated Kind = "object-created"
	// RunFinished is the last event of a run.
	RunFinished Kind = "run-finished"
)

// Event is one thing that happened in a run. Only the fields of its kind are set.
type Event struct {
	// Kind says what happened.
	Kind Kind `json:"kind"`
	// Time is when it happened.
	Time time.Time `json:"time"`
	// Run is the identifier of the execution: the run itself or a child.
	Run string `json:"run"`
	// StateMachine is the name of the execution's state machine.
	StateMachine string `json:"stateMachine,omitempty"`
	// Path has the names of the enclosing states and iterations of a state inside Map or Parallel, as "Map[2]",
	// and before them, for a child execution, those of the state that started it, or the workflow's name.
	Path []string `json:"path,omitempty"`
	// State is the name of the state, with Type its type; of a workflow, the name of the step and the key of what it does,
	// as "call".
	State string `json:"state,omitempty"`
	Type  string `json:"type,omitempty"`
	// Subworkflow has the step of a workflow; empty for main.
	Subworkflow string `json:"subworkflow,omitempty"`
	// Next is the state that follows; empty at an end.
	Next string `json:"next,omitempty"`
	// Function is the name of the Lambda function concerned, or what a step of a workflow calls.
	Function string `json:"function,omitempty"`
	// Job is the name of the Dataflow job concerned, and JobID its identifier.
	Job   string `json:"job,omitempty"`
	JobID string `json:"jobId,omitempty"`
	// Severity is that of a log line of a workflow or a job, as INFO; empty for a function's.
	Severity string `json:"severity,omitempty"`
	// Platform tells of a log line that Lambda wrote (START, END, REPORT), not the function.
	Platform bool `json:"platform,omitempty"`
	// RequestID is the identifier of the invocation.
	RequestID string `json:"requestId,omitempty"`
	// Attempt counts a task's attempts from 1.
	Attempt int `json:"attempt,omitempty"`
	// Duration is the time of what ended, or of what is waited for.
	Duration time.Duration `json:"duration,omitempty"`
	// Subject is what is being prepared.
	Subject string `json:"subject,omitempty"`
	// Message is a log line or a line of progress, without its line end; a multi-line log record keeps its inner line ends.
	Message string `json:"message,omitempty"`
	// Error and Cause are the error as Step Functions names it.
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
	// Traceback has the lines of a Python traceback, innermost call last.
	Traceback []string `json:"traceback,omitempty"`
	// Input and Output are a state's or an execution's data.
	Input  json.RawMessage `json:"input,omitempty"`
	Output json.RawMessage `json:"output,omitempty"`
	// Child is the identifier of a child execution, ChildStateMachine its state machine's name.
	Child             string `json:"child,omitempty"`
	ChildStateMachine string `json:"childStateMachine,omitempty"`
	// Status is the status of an execution that ended.
	Status Status `json:"status,omitempty"`
	// Bucket, Key and Size describe an object; Matches name the rules it matches with what they would start.
	Bucket  string      `json:"bucket,omitempty"`
	Key     string      `json:"key,omitempty"`
	Size    int64       `json:"size,omitempty"`
	Matches []RuleMatch `json:"matches,omitempty"`
}

// RuleMatch is an EventBridge rule that an object's event matches.
type RuleMatch struct {
	// Rule is the rule's name.
	Rule string `json:"rule"`
	// Targets are the names of the state machines that it would start.
	Targets []string `json:"targets"`
}
