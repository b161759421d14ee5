package process

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// maxLine is the longest line that is one message, in bytes; a longer one is cut into several.
const maxLine = 64 * 1024

// lines hands on each line without white space at its end; empty ones are left out.
func lines(r io.Reader, hear func(string)) {
	in := bufio.NewReaderSize(r, maxLine)
	for {
		data, err := in.ReadSlice('\n')
		if line := strings.TrimRight(strings.ToValidUTF8(string(data), "�"), " \t\r\n"); line != "" {
			hear(line)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}
