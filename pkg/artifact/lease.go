package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/internal/process"
	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
)

const (
	lockName = ".dorc/lock.json"
	// leaseTime is how long others must see a lease unchanged before they may take it:
	// long enough for renewals that fail, short enough to wait for after a crash on
	// another machine.
	leaseTime = time.Minute
	// holdTime is how long its holder relies on a lease that it could not renew. What is
	// left of leaseTime is for requests that are under way then.
	holdTime = leaseTime - 10*time.Second
	// renewTime is when a lease is renewed, and the most that one try may take.
	renewTime = leaseTime / 4
	// maxLock is the most bytes of a lease's object.
	maxLock = 64 << 10
)

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
	// Expires is when the lease ends unless it is renewed, by its holder's clock. It is
	// for people: nobody takes a lease because of it.
	Expires time.Time `json:"expires"`
}

// lease is the right to change what is below a prefix. It is renewed until release.
type lease struct {
	bucket     bucket.Bucket
	prefix     string
	holder     holder
	generation int64
	wall       func() time.Time

	mutex sync.Mutex
	// until and wallUntil are how long the lease is relied on, by a clock that nobody
	// sets and by the wall's: the first may stand still while a laptop sleeps.
	until, wallUntil time.Time
	timer            *time.Timer

	// end ends the context of who has the lease, stop what renews it.
	end     context.CancelCauseFunc
	stop    context.CancelFunc
	stopped chan struct{}
}

func (l *lease) name() string { return l.prefix + lockName }

// read reads the object; without one, generation is 0. What cannot be read has a
// holder too.
func (l *lease) read(ctx context.Context) (h holder, generation int64, err error) {
	data, o, err := l.bucket.Read(ctx, l.name(), maxLock)
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

// write writes the object in place of a generation. From the moment before it, the
// lease holds.
func (l *lease) write(ctx context.Context, generation int64) error {
	begun, wall := time.Now(), l.wall().Round(0)
	h := l.holder
	h.Expires = wall.UTC().Add(holdTime)
	data, err := encode(h)
	if err != nil {
		return err
	}
	o, err := l.bucket.Write(ctx, l.name(), data, generation)
	if err != nil {
		return err
	}
	l.holder, l.generation = h, o.Generation
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.until, l.wallUntil = begun.Add(holdTime), wall.Add(holdTime)
	if l.timer != nil {
		l.timer.Reset(time.Until(l.until))
	}
	return nil
}

// left is how long the lease may still be relied on.
func (l *lease) left() time.Duration {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return min(time.Until(l.until), l.wallUntil.Sub(l.wall().Round(0)))
}

// begin starts to renew the lease. The context that it returns ends with the lease.
func (l *lease) begin(ctx context.Context) context.Context {
	within, end := context.WithCancelCause(ctx)
	l.end = end
	// Renewing goes on when the deploy is cancelled: what it has under way is not over.
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	l.mutex.Lock()
	l.timer = time.AfterFunc(time.Until(l.until), func() { l.end(l.ranOut()) })
	l.mutex.Unlock()
	go l.renew(renewing)
	return within
}

// renew renews the lease before it would end. A bucket that cannot be reached is no
// loss until then.
func (l *lease) renew(ctx context.Context) {
	defer close(l.stopped)
	tick := time.NewTicker(renewTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		left := l.left()
		if left <= 0 {
			l.end(l.ranOut())
			return
		}
		try, cancel := context.WithTimeout(ctx, min(left, renewTime))
		ours := l.again(try)
		cancel()
		if !ours {
			l.end(l.taken())
			return
		}
	}
}

// again tries once to renew the lease, and says whether nobody else has it. A try
// before it that seemed to fail may have been done: then the object is ours.
func (l *lease) again(ctx context.Context) bool {
	if !errors.Is(l.write(ctx, l.generation), bucket.ErrChanged) {
		return true
	}
	present, generation, err := l.read(ctx)
	if err != nil {
		return true // it is not known
	}
	if generation == 0 || present.ID != l.holder.ID {
		return false
	}
	return !errors.Is(l.write(ctx, generation), bucket.ErrChanged)
}

// release gives the prefix free, also when the deploy was cancelled. A lease that is
// not ours any more stays.
func (l *lease) release(ctx context.Context) error {
	l.stop()
	<-l.stopped
	l.timer.Stop()
	l.end(nil)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime/2)
	defer cancel()
	err := l.bucket.Delete(ctx, l.name(), l.generation)
	if errors.Is(err, bucket.ErrChanged) {
		present, generation, readErr := l.read(ctx)
		if readErr != nil || present.ID != l.holder.ID {
			return readErr
		}
		err = l.bucket.Delete(ctx, l.name(), generation)
	}
	if errors.Is(err, bucket.ErrChanged) || errors.Is(err, bucket.ErrNotFound) {
		return nil
	}
	return err
}
