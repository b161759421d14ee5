//go:build unix

package docker

import (
	"os/exec"
	"syscall"
)

// stoppable has the program end together with its children: Podman's child would
// go on with RUN without it.
func stoppable(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}
