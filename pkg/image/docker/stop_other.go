//go:build !unix

package docker

import "os/exec"

// stoppable leaves it to exec to kill the program.
func stoppable(*exec.Cmd) {}
