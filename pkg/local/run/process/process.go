package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/dorc-dev/dorc/internal/tool"
)

// Program is a program that is ready to run.
type Program struct {
	// Argv starts with the program's path; arguments of Run follow.
	Argv []string
	// Dir is the working directory.
	Dir string
	// Environment has all variables, as NAME=value.
	Environment []string
	// Close removes what is left when the program has ended; nil for nothing. Whoever runs it calls it.
	Close func() error
	// Grace is how long the program, and then what it started, may take to end when it is asked to because
	// the context has ended. Default: 0, it is ended at once.
	Grace time.Duration
	// Now ends the grace when it is closed; nil for never.
	Now <-chan struct{}
	// Mark is one more variable, as NAME=value, that the program's processes are known by when they have
	// left its process group and their parents: they end with the program. It ends with a
	// character that no other mark goes on with, such as a slash. Default: "", none.
	Mark string
}

// maxHear is how long the output of a program that has ended is waited for: a process that
// nobody knows of can hold its pipe.
const maxHear = 5 * time.Second

// Run runs a program in a process group of its own, which ends with the context and, where the system can do
// that, with this process. So do processes that the program started and that left the group, as far as they
// are found. hear gets each line of both streams. ending says how a program failed, as "exit code 1"; it
// is "" when it did well.
func Run(ctx context.Context, program *Program, arguments []string, hear func(string)) (ending string, err error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return "", err
	}
	argv := append(append([]string{}, program.Argv...), arguments...)
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:gosec // the pipeline's own program
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = program.Dir, program.environment(), writer, writer
	cmd.SysProcAttr = tool.Attributes()
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		lines(reader, hear)
	}()
	started, waited := make(chan error), make(chan error, 1)
	go func() {
		// On Linux the kernel ends the process with this thread, so it must live as long.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			waited <- cmd.Wait()
		}
	}()
	err = <-started
	closed := writer.Close()
	if err = errors.Join(err, closed); err != nil {
		err = errors.Join(err, reader.Close())
		<-heard
		return "", fmt.Errorf("starting %s: %w", argv[0], err)
	}
	f := newFamily(cmd.Process.Pid, program.Mark)
	select {
	case err = <-waited:
	case <-ctx.Done():
		err = program.stop(f, waited)
	}
	// What it left behind would go on, and hold the pipe.
	tool.KillGroup(cmd.Process.Pid)
	f.kill()
	select {
	case <-heard:
		if err := reader.Close(); err != nil {
			return "", err
		}
	case <-time.After(maxHear):
		_ = reader.Close() // it ends the reading; what it says of a pipe's end is of no use
		<-heard
	}
	return describe(err)
}

// environment are the variables with the mark.
func (p *Program) environment() []string {
	if p.Mark == "" {
		return p.Environment
	}
	return append(append([]string{}, p.Environment...), p.Mark)
}

// stop asks the program to end, then what it has left, and gives them the grace for both. It returns
// what the program ended with.
func (p *Program) stop(f *family, waited <-chan error) (err error) {
	f.look() // while their parents live, children are known by them
	if p.Grace <= 0 {
		tool.KillGroup(f.head)
		return <-waited
	}
	over := time.NewTimer(p.Grace)
	defer over.Stop()
	ask(f.head)
	select {
	case err = <-waited:
	case <-over.C:
		tool.KillGroup(f.head)
		return <-waited
	case <-p.Now:
		tool.KillGroup(f.head)
		return <-waited
	}
	f.end(over.C, p.Now)
	return err
}

func describe(err error) (string, error) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "", nil
	case !errors.As(err, &exit):
		return "", err
	case exit.ExitCode() >= 0:
		return fmt.Sprintf("exit code %d", exit.ExitCode()), nil
	}
	return exit.String(), nil // "signal: killed"
}
