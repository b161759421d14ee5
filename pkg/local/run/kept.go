package run

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Runs lists kept runs, newest first. A run whose process was killed is ABORTED.
func (r *Runner) Runs(ctx context.Context, filter Filter) ([]Summary, error) {
	entries, err := os.ReadDir(r.documents.Layout().Runs())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	slices.Reverse(entries) // names sort by time
	var out []Summary
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, err := r.Execution(entry.Name())
		var notARun problem.Problem
		if errors.As(err, &notARun) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if (len(filter.StateMachines) > 0 && !slices.Contains(filter.StateMachines, e.StateMachine)) || (filter.Status != "" && filter.Status != e.Status) {
			continue
		}
		out = append(out, Summary{ID: e.ID, StateMachine: e.StateMachine, Parent: e.Parent, Status: e.Status, Error: e.Error, Started: e.Started, Ended: e.Ended})
		if filter.Limit > 0 && len(out) == filter.Limit {
			break
		}
	}
	return out, nil
}

// Execution reads a kept run.
func (r *Runner) Execution(id string) (*Execution, error) {
	folder, err := r.folder(id)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(folder, runFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, problem.Problem{Resource: "run " + id, Summary: "there is no such run", Hint: "list the runs that are kept: dorc logs --list"}
	}
	if err != nil {
		return nil, err
	}
	e := &Execution{}
	if err := json.Unmarshal(data, e); err != nil {
		return nil, fmt.Errorf("%s is not readable: %w", filepath.Join(folder, runFile), err)
	}
	if e.Status == Running && !alive(e.PID) {
		e.Status, e.Cause = Aborted, "the process that ran it ended before the run did"
	}
	return e, nil
}

// folder is where a run is kept. Its identifier leads nowhere else.
func (r *Runner) folder(id string) (string, error) {
	if id == "" || id == "." || id == ".." || strings.ContainsAny(id, `/\`) {
		return "", problem.Problem{Resource: "run " + id, Summary: "this is not the identifier of a run"}
	}
	return filepath.Join(r.documents.Layout().Runs(), id), nil
}

// Logs plays the events of a kept run to on, in the order in which they happened.
func (r *Runner) Logs(ctx context.Context, id string, on func(Event)) error {
	if _, err := r.Execution(id); err != nil {
		return err
	}
	folder, err := r.folder(id)
	if err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(folder, eventsFile))
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	for number := 1; ; number++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // a last line without an end was cut off by the end of its process
		}
		if err != nil {
			return err
		}
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("%s:%d is not readable: %w", f.Name(), number, err)
		}
		on(e)
	}
}
