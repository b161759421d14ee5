package python

import (
	"context"
	"os/exec"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/internal/tool"
)

// keptLines is how much of a tool's output is kept, for errors.
const keptLines = 4000

// run runs a tool in a folder, hands its lines on without secrets and with the
// user's names of files, and returns them. The tool reads nothing and ends with the context.
func (r *resolver) run(ctx context.Context, j job, env, argv []string) ([]string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = j.dir, env
	var (
		kept  []string
		noise chatter
	)
	err := tool.Run(ctx, cmd, func(line string) {
		line = plain(r.red.line(r.places(j, line)))
		if strings.TrimSpace(line) == "" || noise.drop(line) {
			return
		}
		if r.Progress != nil {
			r.Progress(line)
		}
		if kept = append(kept, line); len(kept) > keptLines {
			kept = kept[1:]
		}
	})
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
			place = r.req.place(j.group.requirements[n-1])
		}
		text = before + place + rest
	}
}
