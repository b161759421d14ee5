//go:build !unix

package lambda

import (
	"errors"
	"os/exec"
	"time"
)

// Supported tells why functions cannot run on this system; it is nil where they can.
func Supported() error {
	return errors.New("functions cannot run on this system: AWS's Lambda runtime interface client exists for Linux and macOS only; use WSL")
}

// The rest is never reached: see Supported.

const memoryInterval = time.Second

func signalOf(*exec.ExitError) string { return "" }

func readNow(uintptr, []byte) int { return 0 }

// ResidentMemory is not known here.
func ResidentMemory(int) int64 { return 0 }
