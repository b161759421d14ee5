//go:build !unix

package tool

import (
	"os"
	"os/exec"
	"syscall"
)

// Own leaves the program as it is: there are no process groups here.
func Own(*exec.Cmd) {}

// Attributes are none: there are no process groups here.
func Attributes() *syscall.SysProcAttr { return nil }

// KillGroup ends the program alone.
func KillGroup(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill() // it ended already
	}
}
