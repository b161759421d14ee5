package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOnDisk(t *testing.T) {
	full := fmt.Errorf("packing: %w", &fs.PathError{Op: "write", Path: "/cache/x", Err: syscall.ENOSPC})
	assert.Equal(t, "function fetch: the disk is full\n  making its image: packing: write /cache/x: no space left on device\n  Make room.",
		OnDisk(full, "function fetch", "making its image", "Make room.").Error())
	for err, summary := range map[error]string{
		&fs.PathError{Op: "write", Path: "/x", Err: syscall.EDQUOT}: "the disk is full",
		&fs.PathError{Op: "mkdir", Path: "/x", Err: syscall.EACCES}: "the folder cannot be written",
		&fs.PathError{Op: "open", Path: "/x", Err: syscall.EROFS}:   "the folder cannot be written",
	} {
		var p Problem
		assert.ErrorAs(t, OnDisk(err, "r", "d", "h"), &p)
		assert.Equal(t, summary, p.Summary)
	}
	other, told := errors.New("no"), Problem{Summary: "told", Detail: "already"}
	assert.Equal(t, other, OnDisk(other, "r", "d", "h"))
	assert.Equal(t, told, OnDisk(told, "r", "d", "h"))
	assert.NoError(t, OnDisk(nil, "r", "d", "h"))
}
