//go:build unix

package python

import "syscall"

func umask(mask int) int { return syscall.Umask(mask) }
