package airflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dorc-dev/dorc/internal/lockfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Instance is a server that runs, as it has written it down in its home.
type Instance struct {
	// PID is the process that has started its parts and what stands in for Google Cloud.
	PID int `json:"pid"`
	// Address is that of its pages, Port their port.
	Address string `json:"address"`
	Port    int    `json:"port"`
	// Parts are the names of its processes.
	Parts []string `json:"parts"`
	// Environment are the variables of its processes: a command with them is beside it.
	Environment map[string]string `json:"environment"`
	// Started is when it was started.
	Started time.Time `json:"started"`
	// Containers are those of its processes; nil when they run on this machine.
	Containers *Containers `json:"containers,omitempty"`
}

// Files in the home of a server.
const (
	runningFile = "server.json"
	// heldFile is locked for as long as the server runs, so that what a killed one
	// wrote down is not believed.
	heldFile = "server.lock"
	// OutputFile has what the server's own process says.
	OutputFile = "server.log"
)

// Hold takes a home for this process. It is refused when another has it.
func Hold(home string) (release func(), err error) {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	release, err = lockfile.Try(filepath.Join(home, heldFile))
	if errors.Is(err, lockfile.ErrHeld) {
		return nil, problem.Problem{Resource: "Airflow in " + home, Summary: "it runs already", Hint: "look at it with dorc airflow logs, or end it with dorc airflow down"}
	}
	return release, err
}

// Keep writes down that a server runs.
func (s Server) Keep() error {
	environment, err := s.Environment()
	if err != nil {
		return err
	}
	data, err := json.Marshal(Instance{PID: os.Getpid(), Address: s.Address(), Port: s.Port, Parts: s.Parts(), Environment: environment, Started: time.Now().UTC(), Containers: s.Containers})
	if err != nil {
		return err
	}
	// The variables have the home's secret in them.
	return os.WriteFile(filepath.Join(s.Home, runningFile), data, 0o600)
}

// Find is the server that runs in a home; nil when none does.
func Find(home string) (*Instance, error) {
	release, err := lockfile.Try(filepath.Join(home, heldFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err == nil:
		release()
		return nil, nil
	case !errors.Is(err, lockfile.ErrHeld):
		return nil, err
	}
	r, err := Last(home)
	if err == nil && r == nil {
		r = &Instance{} // it has just begun
	}
	return r, err
}

// Last is the server that a home had last, whether it runs or was killed; nil when
// there was none, or its containers were removed (Forget).
func Last(home string) (*Instance, error) {
	data, err := os.ReadFile(filepath.Join(home, runningFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var r Instance
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(home, runningFile), err)
	}
	return &r, nil
}

// Forget removes what a server that has ended wrote down of itself, and what tells
// its next processes that it runs: in containers, the numbers of processes come again.
// The caller holds the home.
func Forget(home string) error {
	numbers, err := filepath.Glob(filepath.Join(home, "*.pid"))
	if err != nil {
		return err
	}
	for _, file := range append(numbers, filepath.Join(home, runningFile)) {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Stop ends a server and waits for it.
func Stop(ctx context.Context, home string) (was *Instance, err error) {
	r, err := Find(home)
	if err != nil || r == nil {
		return nil, err
	}
	if r.PID > 0 {
		if err := interrupt(r.PID); err != nil {
			return r, err
		}
	}
	for {
		left, err := Find(home)
		if err != nil || left == nil {
			return r, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
}
