//go:build unix && !linux

package tool

import "syscall"

// Attributes make a program the head of a group of its own.
func Attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
