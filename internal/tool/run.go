package tool

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// maxLine is the longest line that is heard, in bytes; a longer one ends the
// hearing, not the program.
const maxLine = 1 << 20

// Run runs a program, made with exec.CommandContext, to its end. hear gets each
// line of both its streams without white space at the end, one at a time, and
// none any more when Run has returned. When the context ends, the program and what
// it started are ended, and the error is the context's.
func Run(ctx context.Context, cmd *exec.Cmd, hear func(line string)) error {
	cmd.WaitDelay = 5 * time.Second
	Own(cmd)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var group sync.WaitGroup
	group.Go(func() {
		lines := bufio.NewScanner(reader)
		lines.Buffer(nil, maxLine)
		for lines.Scan() {
			hear(strings.TrimRight(lines.Text(), " \r"))
		}
		// A line that is too long ends the scan; the rest must still be taken.
		_, _ = io.Copy(io.Discard, reader)
	})
	err := cmd.Run()
	_ = writer.Close() // closing a pipe's end cannot fail
	group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
