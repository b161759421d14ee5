package asl

import "slices"

// Error is a failure as Step Functions reports it: an error name and a cause.
type Error struct {
	// Name is an error name, as "States.Timeout" or "ValueError".
	Name string
	// Cause is text, often a JSON object as a string.
	Cause string
}

// Error renders name and cause.
func (e *Error) Error() string {
	if e.Cause == "" {
		return e.Name
	}
	return e.Name + ": " + e.Cause
}

// The reserved error names that this package raises.
const (
	ErrTimeout             = "States.Timeout"
	ErrHeartbeatTimeout    = "States.HeartbeatTimeout"
	ErrTaskFailed          = "States.TaskFailed"
	ErrRuntime             = "States.Runtime"
	ErrDataLimitExceeded   = "States.DataLimitExceeded"
	ErrParameterPath       = "States.ParameterPathFailure"
	ErrResultPathMatch     = "States.ResultPathMatchFailure"
	ErrNoChoiceMatched     = "States.NoChoiceMatched"
	ErrIntrinsicFailure    = "States.IntrinsicFailure"
	errAll                 = "States.ALL"
	maxDataBytes           = 256 * 1024
	maxHistoryEvents       = 25000
	maxInlineMapIterations = 40
)

// matches tells whether an ErrorEquals list takes an error.
// States.ALL takes neither States.DataLimitExceeded nor States.Runtime, which always ends the execution;
// States.TaskFailed takes every error but States.Timeout
// (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
func matches(errorEquals []string, name string) bool {
	if name == ErrRuntime {
		return false
	}
	if slices.Contains(errorEquals, name) {
		return true
	}
	if name == ErrDataLimitExceeded {
		return false
	}
	for _, e := range errorEquals {
		switch {
		case e == errAll:
			return true
		case e == ErrTaskFailed && name != ErrTimeout:
			return true
		case e == ErrTimeout && name == ErrHeartbeatTimeout:
			return true
		}
	}
	return false
}
