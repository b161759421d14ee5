package bigquery

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/internal/tool"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// lockedCode is the exit code of a server whose state folder another one has (main.py).
const lockedCode = 3

// failedCode is the exit code of a server that has all it needs of Python, and fails for another reason (main.py).
const failedCode = 4

var errLocked = errors.New("another server has the state folder")

// process is a server that this process started.
type process struct {
	url  string
	cmd  *exec.Cmd
	hold io.Closer
	// ended is closed when the server has ended, with err set.
	ended chan struct{}
	err   error
}

// launch starts a server and waits until it says where it listens.
func launch(ctx context.Context, o Options) (*process, error) {
	folder := o.Cache
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		folder = filepath.Join(cache, "dorc")
	}
	place, err := unpack(folder)
	if err != nil {
		return nil, err
	}
	// -I: neither variables nor the working folder change what the server imports.
	argv := []string{"-I", "-B", place, "--state", o.State, "--location", cmp.Or(o.Location, "US")}
	if o.Storage != "" {
		argv = append(argv, "--storage", o.Storage)
	}
	if o.Memory != "" {
		argv = append(argv, "--memory", o.Memory)
	}
	if o.Detached {
		argv = append(argv, "--stay")
	}
	// The server ends with its standard input, unless others use it, and not with the context, so that it can write its files.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), o.Python, argv...) //nolint:gosec // the caller's Python
	tool.Own(cmd)
	p := &process{cmd: cmd, ended: make(chan struct{})}
	said, log, err := p.pipes(o)
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, unusable(o.Python, err.Error())
	}
	var last tail
	var heard sync.WaitGroup
	if log != nil {
		heard.Go(func() { hear(log, o.Log, &last) })
	}
	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(said).ReadString('\n')
		first <- line
		heard.Wait()
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p.ready(ctx, o, first, &last)
}

// pipes connects the server's streams. A detached server has no log: it outlives who would hear it.
func (p *process) pipes(o Options) (said, log io.Reader, err error) {
	if said, err = p.cmd.StdoutPipe(); err != nil {
		return nil, nil, err
	}
	if o.Detached {
		return said, nil, nil
	}
	if p.hold, err = p.cmd.StdinPipe(); err != nil {
		return nil, nil, err
	}
	log, err = p.cmd.StderrPipe()
	return said, log, err
}

// ready waits for the line with the server's URL.
func (p *process) ready(ctx context.Context, o Options, first <-chan string, last *tail) (*process, error) {
	var line string
	select {
	case line = <-first:
	case <-ctx.Done():
		tool.KillGroup(p.cmd.Process.Pid)
		<-p.ended
		return nil, ctx.Err()
	}
	var answer struct {
		URL string `json:"url"`
	}
	if json.Unmarshal([]byte(line), &answer) == nil && answer.URL != "" {
		p.url = answer.URL
		return p, nil
	}
	<-p.ended
	said := cmp.Or(last.text(), fmt.Sprint(p.err))
	if exit := (*exec.ExitError)(nil); errors.As(p.err, &exit) {
		switch exit.ExitCode() {
		case lockedCode:
			return nil, errLocked
		case failedCode:
			return nil, problem.Problem{Resource: "local BigQuery", Summary: notStarted, Detail: said}
		}
	}
	return nil, unusable(o.Python, said)
}

const notStarted = "its server does not start"

func unusable(python, why string) error {
	return problem.Problem{Resource: "local BigQuery", Summary: notStarted, Detail: fmt.Sprintf("%s said: %s", python, why),
		Hint: "it needs Python " + MinPython + " or newer with the packages of its lock file"}
}

// stop lets the server write its files, and ends it when it does not come to an end. One that others use stays.
func (p *process) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if p.hold != nil {
		stays := leave(ctx, p.url, ownerLease)
		_ = p.hold.Close() // closing a pipe's end cannot fail
		if stays {
			return nil
		}
	} else if err := ask(ctx, "POST", p.url+"/dorc/stop", nil); err != nil {
		tool.KillGroup(p.cmd.Process.Pid)
	}
	select {
	case <-p.ended:
		return p.err
	case <-ctx.Done():
		tool.KillGroup(p.cmd.Process.Pid)
		<-p.ended
		return fmt.Errorf("the local BigQuery did not stop in %s and was ended: %w", stopTimeout, ctx.Err())
	}
}

// hear hands the server's log on, and keeps its end.
func hear(log io.Reader, to func(string), last *tail) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), " \r")
		last.add(line)
		if to != nil {
			to(line)
		}
	}
	_, _ = io.Copy(io.Discard, log) // after a line that is too long
}

// tail is the end of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lines = append(t.lines, line); len(t.lines) > 5 {
		t.lines = t.lines[1:]
	}
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}
