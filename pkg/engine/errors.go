package engine

import (
	"errors"
	"fmt"
)

// ErrCancelled says that the person stopped the operation. What was done is saved.
var ErrCancelled = errors.New("cancelled; what was done is saved, run the command again to go on")

// ErrCancelledWaiting says that the person stopped the operation while it waited
// for someone else who works on the stack.
var ErrCancelledWaiting = errors.New("cancelled while it waited for the stack; nothing was done")

// ErrTerminated says that the person ended the operation at once. Calls that
// were under way are in the journal; the next run looks at what became of them.
var ErrTerminated = errors.New("ended at once; the journal is kept, the next run of this command takes it up")

// ErrFailed says that resources failed. The display has said which and why.
var ErrFailed = errors.New("the operation failed; what was done is saved")

// StaleError says that a saved plan does not fit any more.
type StaleError struct {
	// Stack is the plan's stack.
	Stack string
	// Reason says what changed since.
	Reason string
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("the saved plan of stack %s is stale: %s\n  make a new one with `dorc plan --out FILE` and apply that", e.Stack, e.Reason)
}

// InternalError is a mistake of dorc's, not of the person who runs it.
type InternalError struct{ Cause any }

func (e *InternalError) Error() string {
	return fmt.Sprintf("this is a mistake in dorc, not yours: %v\n  please report it with the command you ran; nothing that was recorded is lost", e.Cause)
}
