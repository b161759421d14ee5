package lockfile

import (
	"errors"

	"github.com/gofrs/flock"
)

// ErrHeld says that another process has a lock.
var ErrHeld = errors.New("another process has the lock")

// Try takes the lock of a file that exists or can be made, and returns what gives it back; ErrHeld when another process, or
// this one, has it. The lock ends with the process. It is another one than Lock's.
func Try(file string) (func(), error) { return try(file, (*flock.Flock).TryLock) }

// TryShared is Try for a lock that any number of processes have at a time while none has Try's.
func TryShared(file string) (func(), error) { return try(file, (*flock.Flock).TryRLock) }

func try(file string, take func(*flock.Flock) (bool, error)) (func(), error) {
	lock := flock.New(file)
	got, err := take(lock)
	if err == nil && !got {
		err = ErrHeld
	}
	return func() { _ = lock.Unlock() }, err // an unlocked file is closed, which ends the lock in any case
}
