//go:build unix

package lambda

import (
	"os/exec"
	"syscall"
)

// signalOf names the signal that ended a process, or is "".
func signalOf(exit *exec.ExitError) string {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal().String()
	}
	return ""
}

// Supported tells why functions cannot run on this system; it is nil where they can.
func Supported() error { return nil }
