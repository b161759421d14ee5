//go:build !linux

package engine

import "os/exec"

// endWithParent does nothing where the system has no such signal: there a program
// ends when it next calls the engine.
func endWithParent(*exec.Cmd) {}
