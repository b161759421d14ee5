package artifact

import (
	"errors"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Unreadable is an artifact whose manifest is there and cannot be read. It can be
// deployed nowhere.
type Unreadable struct {
	ID  string
	Err error
}

// ofManifest says that an error is about one manifest, and not about the bucket.
func ofManifest(err error) bool {
	var wrong problem.Problem
	var large *bucket.TooLargeError
	return errors.As(err, &wrong) || errors.As(err, &large)
}
