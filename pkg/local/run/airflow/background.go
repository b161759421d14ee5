package airflow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/dorc-dev/dorc/internal/lockfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// StartInBackground starts a program that serves a home, and waits until the pages
// answer on the port. What the program says is in OutputFile of the home.
func StartInBackground(ctx context.Context, home string, port int, argv []string, say func(string)) (*Instance, error) {
	if err := vacate(ctx, home, port, say); err != nil {
		return nil, err
	}
	output, err := os.OpenFile(filepath.Join(home, OutputFile), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:gosec // dorc itself
	cmd.Stdout, cmd.Stderr = output, output
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	r, err := ready(ctx, home, cmd.Process.Pid, output, ended, say)
	if ctx.Err() != nil {
		// Whoever waited has gone; what was begun for them goes too.
		return nil, errors.Join(ctx.Err(), interrupt(cmd.Process.Pid))
	}
	return r, err
}

// vacate sees that a server can be started, and says here what is wrong rather than in a file.
func vacate(ctx context.Context, home string, port int, say func(string)) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	release, err := take(home)
	if errors.Is(err, lockfile.ErrHeld) {
		return problem.Problem{Resource: "Airflow", Summary: "it runs already", Hint: "dorc airflow restart starts it anew"}
	}
	if err != nil {
		return err
	}
	defer release()
	sweep(ctx, home, say)
	return free(port)
}

// ready waits for the pages of a process's server, and hands on what the program says meanwhile.
func ready(ctx context.Context, home string, pid int, output *os.File, ended <-chan error, say func(string)) (*Instance, error) {
	at := int64(0)
	var answered *Instance
	for {
		at = tell(output, at, say)
		select {
		case err := <-ended:
			tell(output, at, say)
			return nil, problem.Problem{Resource: "Airflow", Summary: "it ended before its pages answered", Detail: fmt.Sprint(err), Hint: "what it said is above, and in " + output.Name()}
		default:
		}
		if answered != nil {
			return answered, nil // and the server has not ended since
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		r, err := Find(home)
		if err != nil {
			return nil, err
		}
		if r != nil && r.PID == pid && r.Port > 0 && (Server{Port: r.Port, Python: r.python()}).healthy(ctx) {
			answered = r
		}
	}
}

// python tells the generation of Airflow by its parts.
func (r Instance) python() Python {
	for _, part := range r.Parts {
		if part == "webserver" {
			return Python{Version: "2."}
		}
	}
	return Python{Version: "3."}
}

// tell hands on what was written since a place in the file, whole lines only.
func tell(output *os.File, at int64, say func(string)) int64 {
	buffer := make([]byte, 64<<10)
	n, _ := output.ReadAt(buffer, at) // less than the buffer is the end, no error
	from := 0
	for i := range n {
		if buffer[i] == '\n' {
			say(string(buffer[from:i]))
			from = i + 1
		}
	}
	return at + int64(from)
}
