package google

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// attempts is how often a question is asked before its error counts: with the waits
// between, more than a minute.
const attempts = 7

// anyTransient and onlyRefused say which errors are worth another try: all that may
// be gone a little later, or only those that say that nothing was done.
func anyTransient(err error) bool {
	if a, ok := answerOf(err); ok {
		return a.transient()
	}
	kind, _ := faultOf(err)
	return kind == check.Unreachable
}

func onlyRefused(err error) bool {
	a, ok := answerOf(err)
	return ok && a.code == 429
}

// slowError is a question without an answer in time.
type slowError struct{ limit time.Duration }

func (e *slowError) Error() string { return fmt.Sprintf("no answer within %s", e.limit) }

// again asks until there is an answer, for as long as the error is worth it. The
// waits double, from the client's pause to thirty of it.
func (c *Client) again(ctx context.Context, worth func(error) bool, silent func(error, time.Duration), ask func(context.Context) error) error {
	wait := c.pause
	for i := 1; ; i++ {
		err := c.once(ctx, ask)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case i == attempts || !worth(err):
			return err
		}
		if silent != nil {
			silent(err, wait)
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, 30*c.pause)
	}
}

// once asks with a limit of time.
func (c *Client) once(ctx context.Context, ask func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	err := ask(limited)
	if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		return &slowError{c.limit}
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// wrong is the problem of a request that failed: what was asked of what, with
// Google's own sentence and the way out.
func (c *Client) wrong(resource, summary string, err error) error {
	if _, ok := err.(problem.Problem); ok { //nolint:errorlint // it is this package's own
		return err
	}
	p := problem.Problem{Resource: resource, Summary: summary}
	if known, ok := Explain(err); ok {
		p.Detail = fmt.Sprintf("%s: %s", known.Summary, known.Detail)
		p.Hint = known.Hint
		return p
	}
	kind, reason := faultOf(err)
	p.Detail = reason
	switch kind {
	case check.BadCredentials:
		p.Hint = loginHint
	case check.Unreachable:
		p.Hint = unreachableHint
	}
	return p
}

func answerOf(err error) (answer, bool) {
	if err == nil {
		return answer{}, false
	}
	return read(err)
}
