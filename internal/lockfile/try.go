package lockfile

import (
	"errors"

	"github.com/gofrs/flock"
)

// ErrHeld says that another process has a lock.
var ErrHeld = errors.New("another process has the lock")

// Try takes the lock of a file that exists or can be made, and returns what gives it back; ErrHeld when another process, or
// this one, has it. The lock ends with the process. It is another one than Lock's.
func Try(file string) (func(), error) {
	lock := flock.New(file)
	got, err := lock.TryLock()
	if err == nil && !got {
		err = ErrHeld
	}
	return func() { _ = lock.Unlock() }, err // an unlocked file is closed, which ends the lock in any case
}
