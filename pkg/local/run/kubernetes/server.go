package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// Options are what a server needs of others.
type Options struct {
	// Prepare makes a pod's program ready. Its error is what the pod's user reads as
	// the reason why the image could not be used. say hears lines of progress. Required.
	Prepare func(ctx context.Context, container Container, say func(string)) (*process.Program, error)
	// Log hears each line that a pod writes, from several goroutines; nil for nobody.
	Log func(pod, line string)
}

// Container is what is run of a pod: its first container.
type Container struct {
	// Pod is the pod's name.
	Pod string
	// Image is the image, as <registry>/<repository>@<digest>.
	Image string
	// Command and Args replace the image's entry point and command, as in Kubernetes.
	Command, Args []string
	// WorkingDir replaces the image's; "" keeps it.
	WorkingDir string
	// Environment are the variables that the pod sets.
	Environment map[string]string
}

// Server is a running API.
type Server struct {
	// URL is its address, without a slash at the end.
	URL string

	options Options
	http    *http.Server
	ctx     context.Context
	end     context.CancelFunc
	running sync.WaitGroup

	mu   sync.Mutex
	pods map[string]*pod
}

// Start serves on a port of the loopback interface that the system chooses. Pods end with the context.
func Start(ctx context.Context, o Options) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the Kubernetes endpoint: %w", err)
	}
	s := &Server{URL: "http://" + listener.Addr().String(), options: o, pods: map[string]*pod{}}
	s.ctx, s.end = context.WithCancel(ctx)
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		// Serve ends with ErrServerClosed; a client whose connection breaks sees that itself.
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// Close ends every pod and the server.
func (s *Server) Close() error {
	s.end()
	s.running.Wait()
	return s.http.Close()
}

// kubeconfig is a client's configuration without credentials
// (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/).
const kubeconfig = `apiVersion: v1
kind: Config
clusters:
- name: dorc-local
  cluster: {server: %q}
contexts:
- name: dorc-local
  context: {cluster: dorc-local, user: dorc-local}
users:
- name: dorc-local
  user: {}
current-context: dorc-local
`

// Config writes the configuration of clients into a folder and returns its path.
func (s *Server) Config(folder string) (string, error) {
	file := filepath.Join(folder, "kubeconfig.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, kubeconfig, s.URL), 0o600); err != nil {
		return "", fmt.Errorf("the Kubernetes configuration: %w", err)
	}
	return file, nil
}

// errTaken says that a pod of that name exists.
var errTaken = errors.New("already exists")
