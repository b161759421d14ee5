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
	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Instance is a server that runs, as it has written it down in its home. Of one that has
// just begun only the process is known, or nothing.
type Instance struct {
	// PID is the process that has started its parts and what stands in for Google Cloud,
	// Process what tells it from others that get its number later.
	PID     int    `json:"pid"`
	Process string `json:"process"`
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

// heldTries and heldPause: how often, and how far apart, the lock of a home is tried. Who
// only looks has it for a moment.
const heldTries, heldPause = 20, 50 * time.Millisecond

// take takes the lock of a home.
func take(home string) (release func(), err error) {
	for range heldTries {
		if release, err = lockfile.Try(filepath.Join(home, heldFile)); !errors.Is(err, lockfile.ErrHeld) {
			return release, err
		}
		time.Sleep(heldPause)
	}
	return nil, err
}

// Hold takes a home for this process, which writes down that it has it. It is refused
// when another has it.
func Hold(home string) (release func(), err error) {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	unlock, err := take(home)
	if errors.Is(err, lockfile.ErrHeld) {
		return nil, problem.Problem{Resource: "Airflow in " + home, Summary: "it runs already", Hint: "look at it with dorc airflow logs, or end it with dorc airflow down"}
	}
	if err != nil {
		return nil, err
	}
	// The containers of one that was killed are there until someone removes them.
	last, err := Last(home)
	if err == nil {
		begun := Instance{}
		if last != nil {
			begun.Containers = last.Containers
		}
		err = keep(home, begun)
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return func() {
		// Without the lock the file is not believed, so it need not be gone.
		_ = os.Remove(filepath.Join(home, runningFile))
		unlock()
	}, nil
}

// Keep writes down that a server runs. The home is held.
func (s Server) Keep() error {
	environment, err := s.Environment()
	if err != nil {
		return err
	}
	return keep(s.Home, Instance{Address: s.Address(), Port: s.Port, Parts: s.Parts(), Environment: environment, Containers: s.Containers})
}

// keep writes an instance of this process into a home, at once as a whole.
func keep(home string, r Instance) error {
	r.PID, r.Process, r.Started = os.Getpid(), process.Started(os.Getpid()), time.Now().UTC()
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	file := filepath.Join(home, runningFile)
	// The variables have the home's secret in them.
	if err := os.WriteFile(file+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// Find is the server that runs in a home; nil when none does.
func Find(home string) (*Instance, error) {
	release, err := lockfile.TryShared(filepath.Join(home, heldFile))
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
	if err != nil {
		return nil, err
	}
	// One that has just begun has no file yet, or that of an earlier one, whose number may
	// be another program's.
	if r == nil || process.Started(r.PID) != r.Process {
		r = &Instance{}
	}
	return r, nil
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

// Forget removes what was written down of containers that are gone, and what tells the
// next processes in containers that they run: there, the numbers of processes come again.
// The caller holds the home, or has seen that nobody does.
func Forget(home string) error {
	files, err := filepath.Glob(filepath.Join(home, "*.pid"))
	if err != nil {
		return err
	}
	last, err := Last(home)
	if err != nil {
		return err
	}
	if last != nil && last.PID == os.Getpid() {
		last.Containers = nil
		if err := keep(home, *last); err != nil {
			return err
		}
	} else {
		files = append(files, filepath.Join(home, runningFile))
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Stop ends a server and waits for it.
func Stop(ctx context.Context, home string) (was *Instance, err error) {
	asked := 0
	for {
		r, err := Find(home)
		if err != nil || r == nil || asked != 0 && r.PID != asked {
			return was, err
		}
		if asked == 0 { // while it ends it takes back what it has written down
			was = r
		}
		if r.PID != 0 && asked == 0 {
			if err := interrupt(r.PID); err != nil {
				return was, err
			}
			asked = r.PID
		}
		select {
		case <-time.After(heldPause):
		case <-ctx.Done():
			return was, problem.Problem{Resource: "Airflow in " + home, Summary: "it has not ended yet", Detail: fmt.Sprintf("its process is %d: %v", r.PID, ctx.Err()),
				Hint: "look at what it says: dorc airflow logs; what is left of one that is killed ends with the next dorc airflow down or up"}
		}
	}
}
