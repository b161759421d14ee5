package cloud

import (
	"errors"
	"fmt"
)

var (
	// ErrExists says that Create found a document of that type and ID.
	ErrExists = errors.New("the resource exists already")
	// ErrNotFound says that there is no document of that type and ID.
	ErrNotFound = errors.New("the resource does not exist")
)

// CorruptError says that a document cannot be read. Documents are written
// atomically, so someone edited it or the disk lost data.
type CorruptError struct {
	// Path is the document's file.
	Path string
	// Err says what is wrong with it.
	Err error
}

// Error names the file, the reason and what to do.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is not a readable resource document: %v; repair it, or delete it and refresh the stack", e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *CorruptError) Unwrap() error { return e.Err }
