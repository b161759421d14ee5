//go:build unix

package objects

import (
	"errors"
	"syscall"
)

// isNotDirectory tells that a path goes through a file.
func isNotDirectory(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
