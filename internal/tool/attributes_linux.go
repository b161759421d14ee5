package tool

import "syscall"

// Attributes make a program the head of a group of its own, which the kernel ends
// with the thread that started it: that thread must live as long as the program
// (runtime.LockOSThread).
func Attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
