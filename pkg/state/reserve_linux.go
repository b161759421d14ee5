package state

import (
	"errors"
	"os"
	"syscall"
)

// fallocKeepSize leaves the file's length as it is; fallocate(2).
const fallocKeepSize = 0x01

// reserve makes sure that length bytes from offset can be written. Where the file
// system cannot promise that, nothing is reserved.
func reserve(f *os.File, offset, length int64) error {
	err := syscall.Fallocate(int(f.Fd()), fallocKeepSize, offset, length)
	if errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EINTR) {
		return nil
	}
	return err
}
