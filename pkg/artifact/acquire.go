package artifact

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"time"

	"github.com/dorc-dev/dorc/internal/process"
	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
)

// pollTime is how often someone who waits looks.
const pollTime = time.Second / 4

// acquire takes the lease of a prefix. For someone who has it, it waits as long as it
// is told, and then gives a HeldError. The context that it returns ends when the
// lease is lost.
//
// A lease is taken from its holder when its process on this machine has ended, or when
// its object has been seen unchanged for leaseTime, which is longer than its holder
// relies on it: both count from moments of their own clocks, which need not agree.
func acquire(ctx context.Context, b bucket.Bucket, prefix string, who holder, o DeployOptions) (context.Context, *lease, error) {
	who.ID, who.PID, who.Process, who.Started = rand.Text(), os.Getpid(), process.Own(), o.Now().UTC()
	l := &lease{bucket: b, prefix: prefix, holder: who, wall: o.Now, stopped: make(chan struct{})}
	w := &watch{began: time.Now(), wait: o.Wait, say: o.Say}
	for {
		now := time.Now()
		held, generation, err := l.try(ctx, func(generation int64) bool { return w.unchanged(generation, now) })
		if err != nil {
			return nil, nil, inBucket(b, err)
		}
		if held == nil {
			return l.begin(ctx), l, nil
		}
		if !w.look(*held, generation, now, o.Now()) {
			return nil, nil, &HeldError{l.url(), *held}
		}
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-time.After(pollTime):
		}
	}
}

// try writes the lease's object, unless someone has it who may be alive.
func (l *lease) try(ctx context.Context, dead func(generation int64) bool) (*holder, int64, error) {
	ctx, cancel := context.WithTimeout(ctx, holdTime)
	defer cancel()
	present, generation, err := l.read(ctx)
	if err != nil {
		return nil, 0, err
	}
	if generation != 0 && !present.Process.Ended(present.PID) && !dead(generation) {
		return &present, generation, nil
	}
	err = l.write(ctx, generation)
	if errors.Is(err, bucket.ErrChanged) { // another one was faster
		if present, generation, err = l.read(ctx); err == nil && generation != 0 {
			return &present, generation, nil
		}
		return &holder{By: "another process", What: "an artifact", Started: l.holder.Started, Expires: l.wall().Add(leaseTime)}, 0, err
	}
	return nil, 0, err
}
