//go:build !unix

package airflowstub

import (
	"io"
	"os"
)

// Main does nothing: there are no sessions and no signals to play with here.
func Main([]string, io.Reader, *os.File) {}
