package artifact

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/dorc-dev/dorc/internal/process"
	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	lockName = ".dorc/lock.json"
	// leaseTime is how long a lease holds without being renewed: long enough for two
	// renewals that fail, short enough to wait for after a crash on another machine.
	leaseTime = time.Minute
	// clockGrace is how much the clocks of two machines may differ.
	clockGrace = 5 * time.Second
	// maxLock is the most bytes of a lease's object.
	maxLock = 64 << 10
)

// errLost says that someone else has the prefix now.
var errLost = errors.New("the lease was lost: someone else may be deploying here now; nothing more is changed")

// holder is who has a prefix, as its object says.
type holder struct {
	// ID is random and never used twice.
	ID string `json:"id"`
	// By is a person and a machine, What the thing that is being deployed.
	By   string `json:"by"`
	What string `json:"what"`
	PID  int    `json:"pid"`
	// Process is who to look for on the same machine.
	Process process.Identity `json:"process,omitzero"`
	Started time.Time        `json:"started"`
	Expires time.Time        `json:"expires"`
}

// gone says that the holder cannot be alive any more.
func (h holder) gone(now time.Time) bool {
	return h.Process.Ended(h.PID) || now.After(h.Expires.Add(clockGrace))
}

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
		Detail: fmt.Sprintf("%s (process %d) has been deploying %s since %s", e.holder.By, e.holder.PID, e.holder.What, e.holder.Started.Local().Format(time.DateTime)),
		Hint: fmt.Sprintf("Wait until it is done, or use --lock-timeout. If it ended early, the lease ends by itself at %s.",
			e.holder.Expires.Add(clockGrace).Local().Format(time.TimeOnly)),
	}
}

// lease is the right to change what is below a prefix. It is renewed until release.
type lease struct {
	bucket     bucket.Bucket
	name       string
	holder     holder
	generation int64
	now        func() time.Time

	// end ends the context of who has the lease, stop what renews it.
	end     context.CancelCauseFunc
	stop    context.CancelFunc
	stopped chan struct{}
}

// acquire takes the lease of a prefix. For someone who has it, it waits as long as it
// is told, and then gives a HeldError. The context that it returns ends when the
// lease is lost.
func acquire(ctx context.Context, b bucket.Bucket, prefix string, who holder, wait time.Duration, now func() time.Time) (context.Context, *lease, error) {
	who.ID, who.PID, who.Process, who.Started = rand.Text(), os.Getpid(), process.Own(), now().UTC()
	l := &lease{bucket: b, name: prefix + lockName, holder: who, now: now, stopped: make(chan struct{})}
	until := now().Add(wait)
	for {
		held, err := l.try(ctx)
		if err != nil {
			return nil, nil, inBucket(b, err)
		}
		if held == nil {
			break
		}
		if !now().Before(until) {
			return nil, nil, &HeldError{b.URL() + "/" + prefix, *held}
		}
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-time.After(time.Second / 4):
		}
	}
	var within, renewing context.Context
	within, l.end = context.WithCancelCause(ctx)
	renewing, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	go l.renew(renewing)
	return within, l, nil
}

// try writes the lease's object, unless someone who may be alive has it.
func (l *lease) try(ctx context.Context) (*holder, error) {
	present, generation, err := l.read(ctx)
	if err != nil {
		return nil, err
	}
	if generation != 0 && !present.gone(l.now()) {
		return &present, nil
	}
	err = l.write(ctx, generation)
	if errors.Is(err, bucket.ErrChanged) { // another one was faster
		if present, generation, err = l.read(ctx); err == nil && generation != 0 {
			return &present, nil
		}
		return &holder{By: "another process", What: "an artifact", Expires: l.now()}, err
	}
	return nil, err
}

// read reads the object; without one, generation is 0. One that cannot be read is
// held until it would have run out.
func (l *lease) read(ctx context.Context) (h holder, generation int64, err error) {
	data, o, err := l.bucket.Read(ctx, l.name, maxLock)
	if errors.Is(err, bucket.ErrNotFound) {
		return h, 0, nil
	}
	if err != nil {
		return h, 0, err
	}
	if json.Unmarshal(data, &h) != nil || h.ID == "" {
		h = holder{By: "someone", What: "something that its lock does not tell", Started: o.Updated, Expires: o.Updated.Add(leaseTime)}
	}
	return h, o.Generation, nil
}

// write writes the object with a new end in place of a generation.
func (l *lease) write(ctx context.Context, generation int64) error {
	h := l.holder
	h.Expires = l.now().UTC().Add(leaseTime)
	data, err := encode(h)
	if err != nil {
		return err
	}
	o, err := l.bucket.Write(ctx, l.name, data, generation)
	if err == nil {
		l.holder, l.generation = h, o.Generation
	}
	return err
}

// renew renews the lease three times before it would end. A bucket that cannot be
// reached is no loss until then.
func (l *lease) renew(ctx context.Context) {
	defer close(l.stopped)
	tick := time.NewTicker(leaseTime / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := l.write(ctx, l.generation)
		if errors.Is(err, bucket.ErrChanged) || err != nil && l.now().After(l.holder.Expires) {
			l.end(errLost)
			return
		}
	}
}

// release gives the prefix free, also when the deploy was cancelled. A lease that is
// not ours any more stays.
func (l *lease) release(ctx context.Context) error {
	l.stop()
	<-l.stopped
	l.end(nil)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime/2)
	defer cancel()
	err := l.bucket.Delete(ctx, l.name, l.generation)
	if errors.Is(err, bucket.ErrChanged) || errors.Is(err, bucket.ErrNotFound) {
		return nil
	}
	return err
}
