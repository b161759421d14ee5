//go:build unix

package airflow

import (
	"errors"
	"os/exec"
	"syscall"
)

// detach makes a program live on when the terminal is closed.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// interrupt asks a process to end.
func interrupt(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGTERM); !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}
