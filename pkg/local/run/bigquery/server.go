package bigquery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	// stopTimeout is what a server has to write its files when it is told to stop.
	stopTimeout = 10 * time.Second
	// lockedTries and lockedPause: how often, and how far apart, a server is looked for that has the state folder but
	// does not answer yet, for instance because it is just starting.
	lockedTries, lockedPause = 40, 250 * time.Millisecond
)

// Options say how a server is started.
type Options struct {
	// Python is an interpreter, MinPython or newer, of an environment with Requirements.
	Python string
	// State is the folder with a file per dataset, <project>/<dataset>.duckdb. It is made when it is not there.
	State string
	// Cache is a folder for the server's program; the user's cache folder when empty.
	Cache string
	// Storage is the URL of the local Cloud Storage; without it gs:// files cannot be read or written.
	Storage string
	// Location is that of jobs that do not say one; US, as BigQuery's default is, when empty.
	Location string
	// Memory is DuckDB's memory limit, such as "2GB"; 80 % of the machine's when empty (DuckDB's default).
	Memory string
	// Detached leaves the server running when this process ends; Stop ends it.
	Detached bool
	// Log gets the server's log, line by line, if it is not nil.
	Log func(line string)
}

// Server is a running local BigQuery.
type Server struct {
	url     string
	state   string
	process *process
	lease   *lease
}

// URL is where the server listens, for BIGQUERY_EMULATOR_HOST: http://127.0.0.1:<port>.
func (s *Server) URL() string { return s.url }

// Own is false for a server that another process started and that was found.
func (s *Server) Own() bool { return s.process != nil }

// Start returns the server of a state folder: one that runs already, or a new one, which is ready when Start returns. It
// ends when all who have started or found it have stopped it or ended themselves, unless it is detached. The error is a problem.Problem when Python cannot run it.
func Start(ctx context.Context, o Options) (*Server, error) {
	state, err := absolute(o.State)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(state, 0o755); err != nil {
		return nil, err
	}
	if state, err = absolute(state); err != nil {
		return nil, err
	}
	o.State = state
	for range lockedTries {
		if found, ok := Find(ctx, state); ok {
			// One that gives no lease is about to stop.
			if l, err := takeLease(ctx, found, o.Storage); err == nil {
				return &Server{url: found, state: state, lease: l}, nil
			}
		} else if started, err := launch(ctx, o); err == nil {
			return &Server{url: started.url, state: state, process: started}, nil
		} else if !errors.Is(err, errLocked) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockedPause):
		}
	}
	return nil, problem.Problem{Resource: "local BigQuery", Summary: "another dorc has its state",
		Detail: fmt.Sprintf("A process holds the lock of %s, and no server answers there.", state),
		Hint:   "end that process, or wait for it"}
}

// Stop ends the use of a server. The last one's Stop ends the server, and returns when it has written its files.
func (s *Server) Stop(ctx context.Context) error {
	if s.process == nil {
		return s.lease.end(ctx)
	}
	return s.process.stop(ctx)
}

// Stop ends the server of a state folder, whoever started it. It does nothing when none runs.
func Stop(ctx context.Context, state string) error {
	found, ok := Find(ctx, state)
	if !ok {
		return nil
	}
	if err := ask(ctx, http.MethodPost, found+"/dorc/stop", nil); err != nil {
		return fmt.Errorf("stopping the local BigQuery: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	for {
		if _, ok := Find(ctx, state); !ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("stopping the local BigQuery: %w", ctx.Err())
		case <-time.After(lockedPause / 10):
		}
	}
}
