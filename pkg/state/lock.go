package state

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// DefaultLease is how long a lease holds without being renewed.
const DefaultLease = 60 * time.Second

// LockOptions are for Lock.
type LockOptions struct {
	// Owner is who works, for whoever finds the stack locked. Default: the user's name.
	Owner string
	// Operation is what they do, such as "apply".
	Operation string
	// Timeout is how long to wait for a stack that is locked. Default: not at all.
	Timeout time.Duration
	// Lease is how long others wait after this process's last sign of life. It is
	// renewed in the background. Default: DefaultLease.
	Lease time.Duration
	// OnLost is called once, from another goroutine, when the lease is lost:
	// someone broke it, or it could not be renewed in time.
	OnLost func(error)
	// Wait is called once when Lock begins to wait, with who holds the lock.
	Wait func(LockInfo)
}

// LockInfo describes a lock.
type LockInfo struct {
	// Owner, Host and PID are who holds it.
	Owner string `json:"owner"`
	Host  string `json:"host"`
	PID   int    `json:"pid"`
	// Since is when it was taken.
	Since time.Time `json:"since"`
	// Expires is when it ends unless renewed; zero for a lock of the stock CLI, which does not end.
	Expires time.Time `json:"expires"`
	// Operation is what is being done.
	Operation string `json:"operation"`
	// Path is the lock's file.
	Path string `json:"path"`
	// Dorc is false for a lock of the stock CLI.
	Dorc bool `json:"dorc"`
	// Gone says that the holder cannot be alive any more: the next operation takes
	// the lease over.
	Gone bool `json:"gone"`
}

// LockedError says that someone else works on the stack.
type LockedError struct {
	// Stack is the stack's name.
	Stack string
	LockInfo
}

func (e *LockedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stack %s is locked by %s on %s (process %d) since %s: %s",
		e.Stack, e.Owner, e.Host, e.PID, e.Since.Local().Format(time.DateTime), e.Operation)
	if e.Dorc {
		fmt.Fprintf(&b, "\n  the lease is renewed while that process lives and ends at %s otherwise", e.Expires.Local().Format(time.DateTime))
		b.WriteString("\n  wait with --lock-timeout, or run `dorc state unlock` when you know that it is gone")
	} else {
		fmt.Fprintf(&b, "\n  the lock is %s", e.Path)
		b.WriteString("\n  wait with --lock-timeout, or run `pulumi cancel` or `dorc state unlock` when you know that it is gone")
	}
	return b.String()
}

// Lock takes the stack's lease. Someone else's lock is a *LockedError, after
// LockOptions.Timeout.
func (st *Stack) Lock(ctx context.Context, o LockOptions) (*Lease, error) {
	if err := checkName(st.name); err != nil {
		return nil, err
	}
	if o.Lease <= 0 {
		o.Lease = DefaultLease
	}
	deadline := time.Now().Add(o.Timeout)
	pause := 50 * time.Millisecond
	for waiting := false; ; waiting = true {
		l, err := st.tryLock(ctx, o)
		if err == nil {
			l.start()
			st.hold(l)
			return l, nil
		}
		var locked *LockedError
		left := time.Until(deadline)
		if !errors.As(err, &locked) || left <= 0 {
			return nil, err
		}
		if !waiting && o.Wait != nil {
			o.Wait(locked.LockInfo)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(pause, left)):
		}
		pause = min(2*pause, time.Second)
	}
}

func (st *Stack) hold(l *Lease) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.held = l
}

// tryLock takes the lease if it is free. The lease file is created on the
// condition that there is none, or put in the place of exactly the ended lease
// that was read. Only then the stock CLI's locks are looked at: it does the same
// in the same order, so of two that start at once at least one sees the other.
func (st *Stack) tryLock(ctx context.Context, o LockOptions) (*Lease, error) {
	l := newLease(st, o)
	err := st.bucket.guarded(ctx, st.guardKey(), func() error { return st.claim(ctx, l) })
	if err != nil {
		var locked *LockedError
		if errors.As(err, &locked) {
			return nil, err
		}
		return nil, st.store.unusable("the stack cannot be locked", st.leaseKey(), err)
	}
	if dir, ok := st.bucket.(dirBucket); ok {
		if err := dir.sweep(st.store.now()); err != nil {
			return nil, errors.Join(st.store.unusable("old temporary files cannot be removed", tempDir, err), l.release(ctx))
		}
	}
	others, err := st.foreignLocks(ctx)
	if err == nil && len(others) > 0 {
		err = &LockedError{Stack: st.name, LockInfo: others[0]}
	}
	if err == nil {
		// A store that ignores conditions would let two in; they differ here.
		err = l.verifyRemote(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, st.bucket.guarded(ctx, st.guardKey(), func() error { return l.release(ctx) }))
	}
	return l, nil
}

func (st *Stack) claim(ctx context.Context, l *Lease) error {
	c := condition{absent: true}
	data, version, err := st.bucket.read(ctx, st.leaseKey())
	switch {
	case errors.Is(err, errNotFound):
	case err != nil:
		return err
	default:
		held, err := decodeLock(data)
		if err != nil {
			return problem.Problem{
				File: st.bucket.location(st.leaseKey()), Summary: "the lock file is damaged", Detail: err.Error(),
				Hint: "run `dorc state unlock` when nobody works on the stack",
			}
		}
		gone, why := held.gone(st.store.now())
		if !gone {
			return &LockedError{Stack: st.name, LockInfo: held.info(st.bucket.location(st.leaseKey()))}
		}
		info := held.info(st.bucket.location(st.leaseKey()))
		l.takenOver, l.takenWhy = &info, why
		c = condition{version: version}
	}
	file, err := l.file.encode()
	if err != nil {
		return err
	}
	err = st.bucket.write(ctx, st.leaseKey(), file, c)
	if errors.Is(err, errChanged) {
		return st.lockedNow(ctx)
	}
	return err
}

// lockedNow is the error for a lease that someone took a moment ago.
func (st *Stack) lockedNow(ctx context.Context) error {
	info := LockInfo{Owner: "someone", Host: "another process", Since: st.store.now(), Path: st.bucket.location(st.leaseKey()), Dorc: true}
	if data, _, err := st.bucket.read(ctx, st.leaseKey()); err == nil {
		if f, err := decodeLock(data); err == nil {
			info = f.info(info.Path)
		}
	}
	return &LockedError{Stack: st.name, LockInfo: info}
}

// Locks lists all locks on the stack, dorc's and the stock CLI's.
func (st *Stack) Locks(ctx context.Context) ([]LockInfo, error) {
	return st.locks(ctx, true)
}

func (st *Stack) foreignLocks(ctx context.Context) ([]LockInfo, error) { return st.locks(ctx, false) }

func (st *Stack) locks(ctx context.Context, own bool) ([]LockInfo, error) {
	files, err := st.bucket.list(ctx, st.lockDir()+"/")
	if err != nil {
		return nil, st.store.unusable("the stack's locks cannot be listed", st.lockDir(), err)
	}
	var found []LockInfo
	for _, file := range files {
		if !own && file.key == st.leaseKey() {
			continue
		}
		data, _, err := st.bucket.read(ctx, file.key)
		if errors.Is(err, errNotFound) {
			continue
		}
		if err != nil {
			return nil, st.store.unusable("the lock cannot be read", file.key, err)
		}
		f, err := decodeLock(data)
		if err != nil {
			f = lockFile{Username: "unknown (the file is damaged)", Hostname: "unknown", Timestamp: file.modified}
		}
		info := f.info(st.bucket.location(file.key))
		info.Gone, _ = f.gone(st.store.now())
		found = append(found, info)
	}
	return found, nil
}

// Unlock breaks all locks on the stack. Whoever holds one finds out at their next
// write and stops.
func (st *Stack) Unlock(ctx context.Context) error {
	if err := checkName(st.name); err != nil {
		return err
	}
	return st.bucket.guarded(ctx, st.guardKey(), func() error {
		files, err := st.bucket.list(ctx, st.lockDir()+"/")
		if err != nil {
			return st.store.unusable("the stack's locks cannot be listed", st.lockDir(), err)
		}
		for _, f := range files {
			if err := st.bucket.remove(ctx, f.key); err != nil {
				return st.store.unusable("the lock cannot be removed", f.key, err)
			}
		}
		return nil
	})
}
