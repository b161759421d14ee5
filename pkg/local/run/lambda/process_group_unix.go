//go:build unix

package lambda

import (
	"os/exec"
	"syscall"
)

// killGroup ends a process and its group.
func killGroup(pid int) {
	// The only error is that nobody is left, or that the last member is on its way out.
	_ = syscall.Kill(-pid, syscall.SIGKILL)
}

// signalOf names the signal that ended a process, or is "".
func signalOf(exit *exec.ExitError) string {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal().String()
	}
	return ""
}

// Supported tells why functions cannot run on this system; it is nil where they can.
func Supported() error { return nil }
