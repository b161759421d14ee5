package engine

import (
	"context"
	"errors"

	"github.com/dorc-dev/dorc/pkg/state"
)

// lock takes the stack's lease, and waits for it as long as the options say. A
// cancel ends the wait: nothing was begun, so nothing is saved.
func (e *Engine) lock(ctx context.Context, st *state.Stack, operation string, o Options) (*state.Lease, error) {
	waitContext, stop := context.WithCancel(ctx)
	defer stop()
	locked := make(chan struct{})
	defer close(locked)
	go func() {
		select {
		case <-o.Cancel:
			stop()
		case <-locked:
		}
	}()
	lease, err := st.Lock(waitContext, state.LockOptions{
		Owner: e.Owner, Operation: operation, Timeout: o.LockTimeout, Wait: o.Waiting,
	})
	if errors.Is(err, context.Canceled) {
		return nil, ErrCancelledWaiting
	}
	return lease, err
}
