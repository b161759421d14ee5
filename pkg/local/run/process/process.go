package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

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
}

// Run runs a program in a process group of its own, which ends with the context and, where the system can do
// that, with this process. hear gets each line of both its streams. ending says how a program failed, as "exit code 1"; it
// is "" when it did well.
func Run(ctx context.Context, program *Program, arguments []string, hear func(string)) (ending string, err error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return "", err
	}
	argv := append(append([]string{}, program.Argv...), arguments...)
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:gosec // the pipeline's own program
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = program.Dir, program.Environment, writer, writer
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
	select {
	case err = <-waited:
	case <-ctx.Done():
		tool.KillGroup(cmd.Process.Pid)
		err = <-waited
	}
	tool.KillGroup(cmd.Process.Pid) // what it left behind; it would hold the pipe
	<-heard
	if err := reader.Close(); err != nil {
		return "", err
	}
	return describe(err)
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
