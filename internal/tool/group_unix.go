//go:build unix

package tool

import (
	"os/exec"
	"syscall"
)

// Own puts a program and what it starts into a group of its own, which ends with the context.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// KillGroup ends a program with a group of its own, and all of the group.
func KillGroup(pid int) {
	// The only error is that nobody is left, or that the last member is on its way out.
	_ = syscall.Kill(-pid, syscall.SIGKILL)
}
