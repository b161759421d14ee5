package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// patience is how long a program that was asked to stop may take, in which it
// cancels the build in its engine.
const patience = 10 * time.Second

// call is a program and what it is called with.
type call struct {
	path        string
	args        []string
	environment []string
	// line gets each line that the program writes, of both streams.
	line func(string)
}

// run runs the program. Its last words are the error's.
func (c call) run(ctx context.Context) error {
	_, err := c.output(ctx)
	return err
}

// output runs the program and returns what it writes to its standard output.
func (c call) output(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, c.path, c.args...)
	cmd.Env = c.environment
	stoppable(cmd)
	cmd.WaitDelay = patience
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if c.line != nil {
		w := &lines{say: c.line}
		defer w.flush()
		cmd.Stdout, cmd.Stderr = io.MultiWriter(w, &out), w
	}
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err == nil {
		return out.String(), nil
	}
	if words := strings.TrimSpace(errs.String()); words != "" {
		return out.String(), errors.New(lastLine(words))
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out.String(), fmt.Errorf("ended with code %d", exit.ExitCode())
	}
	return out.String(), err
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return strings.TrimSpace(s[strings.LastIndexByte(s, '\n')+1:])
}

// maxLine is the length in bytes at which a line is cut into two.
const maxLine = 64 << 10

// lines splits what is written into lines. Two streams may write to it.
type lines struct {
	say func(string)

	mu   sync.Mutex
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		n := bytes.IndexAny(l.rest, "\r\n")
		if n < 0 && len(l.rest) < maxLine {
			return len(p), nil
		}
		skip := 1
		if n < 0 {
			n, skip = len(l.rest), 0
		}
		if line := string(l.rest[:n]); strings.TrimSpace(line) != "" {
			l.say(line)
		}
		l.rest = append(l.rest[:0], l.rest[n+skip:]...)
	}
}

func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.TrimSpace(string(l.rest)) != "" {
		l.say(string(l.rest))
	}
	l.rest = nil
}
