package lambda

import "time"

// Function is a function that is ready to run.
type Function struct {
	// Name and ARN are the function's.
	Name, ARN string
	// Version is "$LATEST" unless the function was published.
	Version string
	// Handler is module.function, as "lambda.handler".
	Handler string
	// TaskRoot is the folder with the handler inside the image, as "/var/task".
	TaskRoot string
	// Runtime is where the handler runs.
	Runtime Runtime
	// Folders has, by a folder of the host, the image's folder that it stands for.
	Folders map[string]string
	// MemoryMB is the limit of the environment's memory.
	MemoryMB int
	// Timeout is the limit of one invocation.
	Timeout time.Duration
	// Variables are the function's environment variables, and on the host the image's. They may be secret.
	Variables map[string]string
	// ReservedConcurrency is the most environments at once; below 0 there is no limit.
	ReservedConcurrency int
	// LogGroup is the function's log group.
	LogGroup string
	// Region and Account are those of the function.
	Region, Account string
	// Endpoint is the URL that AWS SDKs call instead of AWS.
	Endpoint string
	// Temporary is a folder below which each environment gets a folder for its temporary files.
	Temporary string
}

// Line is a log line of a function.
type Line struct {
	Time time.Time
	// Function, Stream and RequestID say whose it is; RequestID is empty outside of an invocation.
	Function, Stream, RequestID string
	// Message has no line end; a log record of several lines keeps those inside.
	Message string
	// Platform tells that Lambda wrote the line (START, END, REPORT), not the function.
	Platform bool
}

// Result is the answer of a function.
type Result struct {
	// Payload is what the handler returned, as JSON.
	Payload []byte
	// RequestID identifies the invocation.
	RequestID string
}

// FunctionError is an invocation that failed.
type FunctionError struct {
	// Type is the exception's class, or one of Lambda's names such as "Sandbox.Timedout".
	Type string
	// Message is the exception's message.
	Message string
	// Payload is the whole error as Lambda returns it: errorMessage, errorType, stackTrace.
	Payload []byte
	// Traceback has the lines of Python's traceback, innermost call last.
	Traceback []string
	// RequestID identifies the invocation.
	RequestID string
}

// Error renders type and message.
func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// The error types that Lambda itself gives.
const (
	ErrTimedOut  = "Sandbox.Timedout"
	ErrExit      = "Runtime.ExitError"
	ErrThrottled = "Lambda.TooManyRequestsException"
	ErrTooLarge  = "Function.ResponseSizeTooLarge"
	ErrUnknown   = "Lambda.Unknown"
)
