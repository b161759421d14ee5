package definition

import (
	"fmt"
	"slices"
	"strings"
)

// statesErrors are the error names that begin with "States.". The prefix is
// reserved, so any other such name can never match.
// Source: https://states-language.net/spec.html#appendix-a and
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
var statesErrors = []string{
	ErrorAll, "States.BranchFailed", "States.DataLimitExceeded", "States.ExceedToleratedFailureThreshold",
	"States.HeartbeatTimeout", "States.Http.Socket", "States.IntrinsicFailure", "States.ItemReaderFailed",
	"States.NoChoiceMatched", "States.ParameterPathFailure", "States.Permissions", "States.QueryEvaluationError",
	"States.ResultPathMatchFailure", "States.ResultWriterFailed", "States.Runtime", "States.TaskFailed",
	"States.Timeout",
}

func (v *validator) retry(r *Retry, path string) {
	if r.MaxAttempts != nil {
		v.number(field(path, "max_attempts"), float64(*r.MaxAttempts), attemptsSpan)
	}
	v.number(field(path, "interval_seconds"), float64(r.IntervalSeconds), intervalSpan)
	v.number(field(path, "backoff_rate"), r.BackoffRate, backoffSpan)

	at := field(path, "error_equals")
	if v.source.Has(at) && len(r.ErrorEquals) == 0 {
		v.refuse(at, "the list of errors is empty", "", "Name an error, or remove the key: then every error is retried.")
	}
	for i, name := range r.ErrorEquals {
		v.errorName(name, len(r.ErrorEquals), item(at, i))
	}
}

func (v *validator) errorName(name string, count int, path string) {
	switch {
	case name == "":
		v.refuse(path, "the name of an error is empty", "", "Name an error, such as States.TaskFailed.")
	case name == ErrorAll && count > 1:
		v.refuse(path, ErrorAll+" stands beside other errors", "it must appear alone ("+retryLimits+")", "Remove the others.")
	case strings.HasPrefix(name, "States.") && !slices.Contains(statesErrors, name):
		v.refuse(path, fmt.Sprintf("unknown error %q", shorten(name)),
			"names that begin with States. are reserved ("+retryLimits+")", didYouMean(name, statesErrors))
	}
}
