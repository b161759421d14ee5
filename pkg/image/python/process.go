package python

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// keptLines is how much of a tool's output is kept, for errors.
const keptLines = 4000

// maxLine is the longest line that is taken, in bytes.
const maxLine = 1 << 20

// run runs a tool in a folder, hands its lines on without secrets and with the
// user's names of files, and returns them. The tool reads nothing and ends with the context.
func (r *resolver) run(ctx context.Context, j job, env, argv []string) ([]string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = j.dir, env
	cmd.WaitDelay = 5 * time.Second
	own(cmd)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var (
		group sync.WaitGroup
		kept  []string
		noise chatter
	)
	group.Go(func() {
		lines := bufio.NewScanner(reader)
		lines.Buffer(nil, maxLine)
		for lines.Scan() {
			line := plain(r.red.line(r.places(j, strings.TrimRight(lines.Text(), " \r"))))
			if strings.TrimSpace(line) == "" || noise.drop(line) {
				continue
			}
			if r.Progress != nil {
				r.Progress(line)
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

// places puts the user's files and lines in place of the written file's.
func (r *resolver) places(j job, text string) string {
	for {
		before, after, ok := strings.Cut(text, "-r "+j.requirements+" (line ")
		if !ok {
			return text
		}
		number, rest, _ := strings.Cut(after, ")")
		place := "requirements"
		if n, err := strconv.Atoi(number); err == nil && n > 0 && n <= len(j.group.requirements) {
			q := j.group.requirements[n-1]
			place = fmt.Sprintf("%s:%d", r.req.shown(q.file), q.line)
		}
		text = before + place + rest
	}
}
