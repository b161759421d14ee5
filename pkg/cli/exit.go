package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/artifact"
	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/state"
)

// Exit codes, as docs/commands.md lists them.
const (
	exitDone = iota
	exitError
	exitChanges
	exitLocked
	exitCancelled
	exitStale
)

// errChanges says that a plan with --detailed-exitcode found changes.
var errChanges = errors.New("changes are pending")

// usageError is a mistake in the arguments.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

// programEnded is how a program of the person's own ended, which has said itself what there is to say.
type programEnded struct {
	name string
	code int
}

func (e *programEnded) Error() string {
	return fmt.Sprintf("%s ended with exit code %d", e.name, e.code)
}

// finish prints the error, if there is one that was not shown, and returns the exit code.
func (a *app) finish(err error) int {
	code := exitCode(err)
	var program *programEnded
	switch {
	case err == nil, errors.Is(err, errChanges), errors.As(err, &program):
		return code
	case a.json:
		a.printJSONError(err, code)
	default:
		fmt.Fprintf(a.stderr, "error: %s\n", strings.TrimSpace(err.Error()))
		var usage *usageError
		if errors.As(err, &usage) {
			fmt.Fprintln(a.stderr, "  dorc help lists the commands, dorc <command> --help their flags")
		}
	}
	return code
}

func exitCode(err error) int {
	var locked *state.LockedError
	var held *artifact.HeldError
	var stale *engine.StaleError
	var program *programEnded
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errChanges):
		return exitChanges
	case errors.As(err, &program):
		return program.code
	case errors.As(err, &locked), errors.As(err, &held):
		return exitLocked
	case errors.Is(err, engine.ErrCancelled), errors.Is(err, engine.ErrCancelledWaiting), errors.Is(err, engine.ErrTerminated), errors.Is(err, context.Canceled):
		return exitCancelled
	case errors.As(err, &stale):
		return exitStale
	default:
		return exitError
	}
}

// printJSONError prints one line with the error and, where there are, its places.
func (a *app) printJSONError(err error, code int) {
	type place struct {
		File     string `json:"file,omitempty"`
		Line     int    `json:"line,omitempty"`
		Column   int    `json:"column,omitempty"`
		Resource string `json:"resource,omitempty"`
		Summary  string `json:"summary"`
		Detail   string `json:"detail,omitempty"`
		Hint     string `json:"hint,omitempty"`
	}
	var places []place
	for _, p := range problems(err) {
		places = append(places, place(p))
	}
	line, marshalErr := json.Marshal(map[string]any{"error": err.Error(), "exitCode": code, "problems": places})
	if marshalErr != nil {
		fmt.Fprintln(a.stderr, err)
		return
	}
	fmt.Fprintln(a.stdout, string(line))
}

func problems(err error) problem.List {
	var list problem.List
	var one problem.Problem
	switch {
	case errors.As(err, &list):
		return list
	case errors.As(err, &one):
		return problem.List{one}
	default:
		return nil
	}
}
