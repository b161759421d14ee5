package python

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// keptLines is how much of a tool's output is kept, for errors.
const keptLines = 4000

// maxLine is the longest line that is taken, in bytes.
const maxLine = 1 << 20

// run runs a tool in a folder, hands its lines on without secrets, and returns
// them. The tool reads nothing and ends with the context.
func (in *Installer) run(ctx context.Context, dir string, env []string, argv []string, red redactor) ([]string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = dir, env
	cmd.WaitDelay = 5 * time.Second
	own(cmd)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var (
		group sync.WaitGroup
		kept  []string
	)
	group.Go(func() {
		lines := bufio.NewScanner(reader)
		lines.Buffer(nil, maxLine)
		for lines.Scan() {
			line := red.line(strings.TrimRight(lines.Text(), " \r"))
			if strings.TrimSpace(line) == "" {
				continue
			}
			if in.Progress != nil {
				in.Progress(line)
			}
			if kept = append(kept, line); len(kept) > keptLines {
				kept = kept[1:]
			}
		}
		// A line that is too long ends the scan; the rest must still be taken.
		_, _ = io.Copy(io.Discard, reader)
	})
	err := cmd.Run()
	_ = writer.Close() // closing a pipe's end cannot fail
	group.Wait()
	if ctx.Err() != nil {
		return kept, ctx.Err()
	}
	return kept, err
}
