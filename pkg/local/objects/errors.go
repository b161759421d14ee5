package objects

import (
	"errors"
	"io/fs"
)

// What an endpoint says in its own protocol's words.
var (
	// ErrNoBucket says that the bucket was not applied.
	ErrNoBucket = errors.New("the bucket does not exist")
	// ErrNotFound says that there is no object of the key.
	ErrNotFound = errors.New("the object does not exist")
	// ErrNoVersion says that the object has no such version.
	ErrNoVersion = errors.New("the object has no such version")
	// ErrKey says that a key cannot be a path.
	ErrKey = errors.New("a part of the key between slashes is longer than a file name can be (255 bytes)")
)

// missing is ErrNotFound for a file that another process removed between the look at
// it and its opening.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// join is errors.Join that leaves a single error as it is.
func join(errs ...error) error {
	err := errors.Join(errs...)
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return joined.Unwrap()[0]
	}
	return err
}
