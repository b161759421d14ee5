package mototest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/dorc-dev/dorc/internal/venvtest"
)

// Version is moto's, from PyPI.
const Version = "5.2.5"

// Account is the account of every caller of moto.
const Account = "123456789012"

// Server is a running moto.
type Server struct {
	// URL is its address, the endpoint of every service.
	URL string

	process *exec.Cmd
	output  bytes.Buffer
	ended   chan struct{}
}

// ErrUnavailable says that this machine cannot run moto: no Python with venv, or
// no package index in reach.
var ErrUnavailable = venvtest.ErrUnavailable

// Start starts a moto of its own, with nothing in it, until Stop or the context's
// end. The first on a machine installs it into a virtual environment in the user's
// cache folder.
func Start(ctx context.Context) (*Server, error) {
	program, err := installed()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().(*net.TCPAddr)
	if err := listener.Close(); err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + address.String(), ended: make(chan struct{})}
	s.process = exec.CommandContext(ctx, program, "-H", "127.0.0.1", "-p", fmt.Sprint(address.Port)) //nolint:gosec // our own installation
	s.process.Cancel = func() error { return s.process.Process.Signal(syscall.SIGTERM) }
	s.process.WaitDelay = 5 * time.Second
	s.process.Stdout, s.process.Stderr = &s.output, &s.output
	// It looks for no credentials and knows nothing of who runs the test.
	s.process.Env = append(os.Environ(), "AWS_EC2_METADATA_DISABLED=true")
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.process.Wait() //nolint:errcheck // it is ended by a signal
		close(s.ended)
	}()
	if err := s.ready(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/moto-api/data.json", nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close() //nolint:errcheck // its status is all that matters
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("moto ended: %s", s.output.String())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends the server and waits for it.
func (s *Server) Stop() {
	_ = s.process.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
	<-s.ended
}

// installed is moto's program, beside the Python of its environment.
var installed = sync.OnceValues(func() (string, error) {
	python, err := venvtest.Make(context.Background(), "moto-"+Version, "moto[server]=="+Version)
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(python), "moto_server"), nil
})
