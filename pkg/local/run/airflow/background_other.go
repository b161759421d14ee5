//go:build !unix

package airflow

import (
	"os"
	"os/exec"
)

// detach leaves the program as it is: there are no sessions here.
func detach(*exec.Cmd) {}

// interrupt ends a process.
func interrupt(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return nil // it has ended
	}
	return p.Kill()
}
