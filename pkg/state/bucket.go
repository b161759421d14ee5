package state

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// errChanged says that a conditional write met another value than expected.
var errChanged = errors.New("changed by someone else")

// errNotFound is what bucket.read returns, wrapped, for a key without a value.
var errNotFound = fs.ErrNotExist

// condition limits a write. The zero value is no condition.
type condition struct {
	// absent asks that the key has no value.
	absent bool
	// version asks that the value is the one that bucket.read gave this version.
	version string
}

type object struct {
	key      string
	modified time.Time
}

// bucket is a place for small files under slash-separated keys.
type bucket interface {
	// read returns the value and a version for a later conditional write.
	read(ctx context.Context, key string) (data []byte, version string, err error)
	// write replaces the value at once and durably. A condition that does not hold is errChanged.
	write(ctx context.Context, key string, data []byte, c condition) error
	// remove is no error when there is no value.
	remove(ctx context.Context, key string) error
	// keep makes dst the present value of src, which is about to be replaced.
	keep(ctx context.Context, dst, src string) error
	// copy duplicates a value.
	copy(ctx context.Context, dst, src string) error
	// list returns the keys that start with prefix and have no further slash, by key.
	list(ctx context.Context, prefix string) ([]object, error)
	// variants are those of key with each suffix that have a value.
	variants(ctx context.Context, key string, suffixes ...string) ([]object, error)
	// guarded runs fn alone among the processes of this machine, where the bucket
	// needs that to make a read and the write after it one step.
	guarded(ctx context.Context, key string, fn func() error) error
	// location names a key as a person would find it.
	location(key string) string
	close() error
}
