package problem

import (
	"errors"
	"io/fs"
	"syscall"
)

// OnDisk explains an error of a disk that is full or may not be written, met by
// a resource while doing something. Other errors pass as they are. The hint says
// where there must be room.
func OnDisk(err error, resource, doing, hint string) error {
	var one Problem
	var list List
	if err == nil || errors.As(err, &one) || errors.As(err, &list) {
		return err
	}
	p := Problem{Resource: resource, Detail: doing + ": " + err.Error(), Hint: hint}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		p.Summary = "the disk is full"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		p.Summary = "the folder cannot be written"
	default:
		return err
	}
	return p
}
