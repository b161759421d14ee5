package images

import "syscall"

// fifo makes a named pipe. A reader of it would wait for ever.
func fifo(path string) error { return syscall.Mkfifo(path, 0o600) }
