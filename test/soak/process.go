package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// process starts dorc as a person's shell would, in a folder of its own.
type process struct {
	binary string
	// env is added to the little that dorc gets.
	env []string
	dir string
}

// ended is how a process ended.
type ended struct {
	args   []string
	code   int
	output string
	took   time.Duration
	killed bool
}

func (p process) command(args ...string) (*exec.Cmd, *bytes.Buffer) {
	var output bytes.Buffer
	cmd := exec.Command(p.binary, args...)
	cmd.Dir = p.dir
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "CONFIG_REPO_PATH=" + p.repo(),
	}, p.env...)
	cmd.Stdout, cmd.Stderr = &output, &output
	return cmd, &output
}

func (p process) repo() string { return filepath.Join(p.dir, "repo") }
func (p process) local(names ...string) string {
	return filepath.Join(append([]string{p.dir, ".dorc"}, names...)...)
}

// run runs dorc to its end.
func (p process) run(args ...string) (ended, error) {
	cmd, output := p.command(args...)
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return ended{}, err
	}
	return wait(cmd, output, started, args)
}

// kill starts dorc and ends it with SIGKILL after some time, if it still runs
// then. The time runs from its start, or from when begun first reports true.
func (p process) kill(after time.Duration, begun func() bool, args ...string) (ended, error) {
	cmd, output := p.command(args...)
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return ended{}, err
	}
	over := make(chan struct{})
	go func() {
		for begun != nil && !begun() {
			select {
			case <-over:
				return
			case <-time.After(time.Millisecond):
			}
		}
		select {
		case <-over:
		case <-time.After(after):
			_ = cmd.Process.Kill() // it may have ended
		}
	}()
	defer close(over)
	return wait(cmd, output, started, args)
}

func wait(cmd *exec.Cmd, output *bytes.Buffer, started time.Time, args []string) (ended, error) {
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return ended{}, err
	}
	code := cmd.ProcessState.ExitCode() // -1 when a signal ended it
	return ended{args: args, code: code, output: output.String(), took: time.Since(started), killed: code == -1}, nil
}

// must runs dorc, which has to succeed.
func (p process) must(args ...string) (ended, error) {
	e, err := p.run(args...)
	if err == nil && e.code != 0 {
		err = e.unexpected()
	}
	return e, err
}

func (e ended) unexpected() error {
	output := e.output[max(0, len(e.output)-6000):]
	return fmt.Errorf("dorc %s ended with %d:\n%s", strings.Join(e.args, " "), e.code, output)
}
