//go:build unix

package process

import "syscall"

// ask asks a process to end, and kill ends it. The only error of interest is that it has ended.
func ask(pid int)  { _ = syscall.Kill(pid, syscall.SIGTERM) }
func kill(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }
