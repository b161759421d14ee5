package artifact

import (
	"fmt"
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// HeldError says that someone else is deploying to the prefix.
type HeldError struct {
	prefix string
	holder holder
}

// Error implements error.
func (e *HeldError) Error() string { return e.problem().Error() }

// Unwrap gives the problem that it is.
func (e *HeldError) Unwrap() error { return e.problem() }

func (e *HeldError) problem() problem.Problem {
	return problem.Problem{
		Resource: e.prefix, Summary: "someone else is deploying here",
		Detail: e.holder.String() + " has been deploying " + e.holder.What + " since " + e.holder.Started.Local().Format(time.DateTime),
		Hint: fmt.Sprintf("Wait until it is done: --lock-timeout 10m does. If it ended early on another machine, its lease ends by itself within %.0f minutes, and who waits gets it.",
			(2 * leaseTime).Minutes()),
	}
}

// String names a holder for a person.
func (h holder) String() string { return fmt.Sprintf("%s (process %d)", h.By, h.PID) }

// LostError says that a deploy may not change anything any more.
type LostError struct{ prefix, why string }

// Error implements error.
func (e *LostError) Error() string { return e.problem().Error() }

// Unwrap gives the problem that it is.
func (e *LostError) Unwrap() error { return e.problem() }

func (e *LostError) problem() problem.Problem {
	return problem.Problem{
		Resource: e.prefix, Summary: "the lease was lost while dorc was deploying, so nothing more is changed",
		Detail: e.why, Hint: "Deploy again: what is done already stays, and is completed.",
	}
}

func (l *lease) url() string { return l.bucket.URL() + "/" + l.prefix }

func (l *lease) taken() error {
	return &LostError{l.url(), "someone else has it now, or took it away"}
}

func (l *lease) ranOut() error {
	return &LostError{l.url(), fmt.Sprintf("it could not be renewed for %s: the bucket was not reached, or the machine slept", holdTime)}
}
