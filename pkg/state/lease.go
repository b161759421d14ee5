package state

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Lease is the right to change a stack. It is renewed until Unlock.
type Lease struct {
	st   *Stack
	opts LockOptions
	file lockFile

	takenOver *LockInfo
	takenWhy  string

	mu sync.Mutex
	// until is when others may take the lease.
	until time.Time
	cause error
	lost  chan struct{}

	stop    context.CancelFunc
	stopped chan struct{}
}

// ErrLeaseLost says that the stack is not ours any more.
var ErrLeaseLost = errors.New("the lease was lost")

func newLease(st *Stack, o LockOptions) *Lease {
	now := st.store.now()
	until := now.Add(o.Lease)
	return &Lease{
		st: st, opts: o, until: until, lost: make(chan struct{}),
		file: newLockFile(o, rand.Text(), now, until),
	}
}

// ID is the fencing token: random, never used twice.
func (l *Lease) ID() string { return l.file.Lease.ID }

// TakenOver describes the ended lease that this one replaced and why it counts as
// ended; nil when the stack was free.
func (l *Lease) TakenOver() (*LockInfo, string) { return l.takenOver, l.takenWhy }

// Lost is closed when the lease is lost.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// Unlock gives the stack free. It is an error when the lease had been lost.
func (l *Lease) Unlock(ctx context.Context) error {
	l.stop()
	<-l.stopped
	l.st.hold(nil)
	if err := l.lostError(); err != nil {
		return err
	}
	return l.st.bucket.guarded(ctx, l.st.guardKey(), func() error {
		if l.st.store.now().Add(l.opts.Lease / 10).After(l.deadline()) {
			// Almost over: make sure that it is ours while we remove it.
			if err := l.renewLocked(ctx); err != nil {
				return err
			}
		}
		return l.release(ctx)
	})
}

// release removes the lease file if it is still ours. Within the lease nobody
// else replaces it, so nothing comes between the look and the removal.
func (l *Lease) release(ctx context.Context) error {
	data, _, err := l.st.bucket.read(ctx, l.st.leaseKey())
	if errors.Is(err, errNotFound) {
		return nil
	}
	if err != nil {
		return l.st.store.unusable("the lock cannot be read", l.st.leaseKey(), err)
	}
	if f, err := decodeLock(data); err != nil || f.Lease == nil || f.Lease.ID != l.ID() {
		return nil
	}
	if err := l.st.bucket.remove(ctx, l.st.leaseKey()); err != nil {
		return l.st.store.unusable("the lock cannot be removed", l.st.leaseKey(), err)
	}
	return nil
}

func (l *Lease) deadline() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until
}

func (l *Lease) lostError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// lose records that the lease is lost and returns the error to give to callers.
func (l *Lease) lose(why string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause != nil {
		return l.cause
	}
	l.cause = &causedProblem{
		Problem: problem.Problem{
			Resource: "stack " + l.st.name, Summary: "the lease was lost: " + why,
			Detail: "nothing more is written, because someone else may work on the stack now",
			Hint:   "see who works on it with `dorc stacks`, then run the command again; what was recorded before is kept",
		},
		cause: ErrLeaseLost,
	}
	close(l.lost)
	if l.opts.OnLost != nil {
		go l.opts.OnLost(l.cause)
	}
	return l.cause
}

// Verify asks the store whether the lease is still ours. A lease that ran out
// while the process slept is renewed, if nobody took it.
func (l *Lease) Verify(ctx context.Context) error {
	if err := l.lostError(); err != nil {
		return err
	}
	if l.st.store.now().After(l.deadline()) {
		return l.renew(ctx)
	}
	return l.verifyRemote(ctx)
}

func (l *Lease) verifyRemote(ctx context.Context) error {
	_, err := l.readOwn(ctx)
	return err
}

// verifyLocal only looks at the clock: before the lease's end nobody takes it.
func (l *Lease) verifyLocal(ctx context.Context) error {
	if err := l.lostError(); err != nil {
		return err
	}
	if l.st.store.now().After(l.deadline()) {
		return l.renew(ctx)
	}
	return nil
}

// readOwn reads the lease file and loses the lease if it is another's.
func (l *Lease) readOwn(ctx context.Context) (version string, err error) {
	key := l.st.leaseKey()
	data, version, err := l.st.bucket.read(ctx, key)
	if errors.Is(err, errNotFound) {
		return "", l.lose("its file is gone; `dorc state unlock` or `pulumi cancel` removes it")
	}
	if err != nil {
		return "", l.st.store.unusable("the lock cannot be read", key, err)
	}
	f, err := decodeLock(data)
	if err != nil {
		return "", l.lose("its file is damaged")
	}
	if f.Lease == nil || f.Lease.ID != l.ID() {
		i := f.info("")
		return "", l.lose(fmt.Sprintf("%s on %s (process %d) took it at %s",
			i.Owner, i.Host, i.PID, i.Since.Local().Format(time.DateTime)))
	}
	return version, nil
}

// start renews the lease in the background, three times per lease.
func (l *Lease) start() {
	ctx, stop := context.WithCancel(context.Background())
	l.stop, l.stopped = stop, make(chan struct{})
	go func() {
		defer close(l.stopped)
		tick := time.NewTicker(l.opts.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := l.renew(ctx)
			if l.lostError() != nil || ctx.Err() != nil {
				return
			}
			// An unreachable store is no loss until the lease is over.
			if err != nil && l.st.store.now().After(l.deadline()) {
				_ = l.lose("it could not be renewed in time: " + err.Error())
				return
			}
		}
	}()
}

func (l *Lease) renew(ctx context.Context) error {
	return l.st.bucket.guarded(ctx, l.st.guardKey(), func() error { return l.renewLocked(ctx) })
}

// renewLocked replaces exactly the file that it read as ours.
func (l *Lease) renewLocked(ctx context.Context) error {
	version, err := l.readOwn(ctx)
	if err != nil {
		return err
	}
	until := l.st.store.now().Add(l.opts.Lease)
	file := l.file
	fields := *file.Lease
	fields.Expires = until
	file.Lease = &fields
	data, err := file.encode()
	if err != nil {
		return err
	}
	err = l.st.bucket.write(ctx, l.st.leaseKey(), data, condition{version: version})
	if errors.Is(err, errChanged) {
		_, err = l.readOwn(ctx)
		return err
	}
	if err != nil {
		return l.st.store.unusable("the lease cannot be renewed", l.st.leaseKey(), err)
	}
	l.mu.Lock()
	l.until = until
	l.mu.Unlock()
	return nil
}
