//go:build unix

package lambda

import "syscall"

// readNow reads what a pipe that does not block holds now; 0 when it is empty or at its end.
func readNow(fd uintptr, buffer []byte) int {
	for {
		n, err := syscall.Read(int(fd), buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return 0
		}
		return n
	}
}
