package definition

import (
	"fmt"
	"regexp"
)

// Defaults of what a pipeline.yaml leaves out.
const (
	DefaultTimeout         = 600 // seconds
	DefaultMemory          = 512 // MB
	DefaultMaxAttempts     = 3
	DefaultIntervalSeconds = 1
	DefaultBackoffRate     = 2.0
	DefaultMachineType     = "e2-standard-2"
	DefaultWorkers         = 1
	DefaultMaxWorkers      = 10
	DefaultPollingSeconds  = 180
	DefaultTimezone        = "Etc/UTC"
	DefaultAttemptDeadline = 180 // seconds
	// ErrorAll stands for every error of a state.
	ErrorAll = "States.ALL"
)

// span is the range of a number, with whose rule it is. The JSON Schema is
// written from the same values.
type span struct {
	min, max float64
	unit     string
	rule     string
}

const (
	lambdaLimits = "Lambda's limit, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	retryLimits  = "Step Functions, https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
)

var (
	timeoutSpan  = span{1, 900, "seconds", lambdaLimits}
	memorySpan   = span{128, 10240, "MB", lambdaLimits}
	attemptsSpan = span{0, 99999999, "attempts", retryLimits}
	intervalSpan = span{1, 99999999, "seconds", retryLimits}
	// backoffSpan has no maximum in the cloud's documents; beyond this one the
	// wait is longer than any execution after the second attempt.
	backoffSpan = span{1, 1000000, "times", retryLimits}
)

const (
	// maxFunctions keeps a state machine below the cloud's limit of 1 MB for a definition.
	maxFunctions = 1000
	// maxTriggers is the default quota of rules of an event bus,
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
	maxTriggers = 300
)

const namePattern = `^[A-Za-z0-9][A-Za-z0-9_-]*$`

var nameRegexp = regexp.MustCompile(namePattern)

// NameRule says in words what ValidName demands.
const NameRule = "a name has letters, digits, - and _, and begins with a letter or a digit"

// ValidName reports whether a layer, a pipeline or a function can have this name.
func ValidName(name string) bool { return nameRegexp.MatchString(name) }

// MaxFunctionName is how many characters a function's name can have. It is the
// name of a state of the state machine.
const MaxFunctionName = 80

// FunctionNameRule is the rule that a function's name breaks, or "".
func FunctionNameRule(name string) string {
	switch {
	case !ValidName(name):
		return NameRule
	case len(name) > MaxFunctionName:
		return fmt.Sprintf("%d characters, and a state's name has at most %d (Step Functions, "+
			"https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html)", len(name), MaxFunctionName)
	}
	return ""
}
