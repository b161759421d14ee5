package expression

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Tags of errors that a workflow can meet.
// https://cloud.google.com/workflows/docs/reference/syntax/error-types
const (
	AuthError             = "AuthError"
	ConnectionError       = "ConnectionError"
	ConnectionFailedError = "ConnectionFailedError"
	HTTPError             = "HttpError"
	IndexError            = "IndexError"
	KeyError              = "KeyError"
	OperationError        = "OperationError"
	ParallelNestingError  = "ParallelNestingError"
	RecursionError        = "RecursionError"
	ResourceLimitError    = "ResourceLimitError"
	ResponseTypeError     = "ResponseTypeError"
	SystemError           = "SystemError"
	TimeoutError          = "TimeoutError"
	TypeError             = "TypeError"
	UnhandledBranchError  = "UnhandledBranchError"
	ValueError            = "ValueError"
	ZeroDivisionError     = "ZeroDivisionError"
)

// Fault is an error inside a workflow: what try and except see.
type Fault struct {
	// Value is a map with tags and message for errors of Workflows itself;
	// anything for what a workflow raises.
	Value any
}

// Faultf makes a fault of Workflows itself with one tag.
func Faultf(tag, format string, values ...any) *Fault {
	return &Fault{map[string]any{"tags": []any{tag}, "message": tag + ": " + fmt.Sprintf(format, values...)}}
}

// Error is the message of the fault, or its value as JSON.
func (f *Fault) Error() string {
	switch v := f.Value.(type) {
	case string:
		return v
	case map[string]any:
		if message, ok := v["message"].(string); ok && message != "" {
			return message
		}
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(f.Value); err != nil {
		return "an error that is " + TypeOf(f.Value)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Has says whether the fault has the tag.
func (f *Fault) Has(tag string) bool {
	m, _ := f.Value.(map[string]any)
	tags, _ := m["tags"].([]any)
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}
