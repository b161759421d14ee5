//go:build unix

package python

import (
	"os/exec"
	"syscall"
)

// own puts a program and what it starts into a group of its own, which ends with the context.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
