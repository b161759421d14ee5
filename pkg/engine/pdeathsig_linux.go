package engine

import (
	"os/exec"
	"syscall"
)

// endWithParent ends the program when this process is killed, since nobody
// answers it then.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
