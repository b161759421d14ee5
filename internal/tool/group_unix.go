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
