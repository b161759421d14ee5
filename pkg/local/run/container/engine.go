package container

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Engine is a container engine that answers.
type Engine struct {
	// Name is "docker" or "podman".
	Name string
	// Limits tells whether the engine can limit the memory of a container.
	Limits bool

	program string
	// host is the name by which a container reaches this machine; "" when it shares this machine's network.
	host string
}

// Find returns the first engine in PATH that answers: docker, then podman. One that could not reach the functions'
// Runtime API on this machine's loopback interface is refused.
func Find(ctx context.Context) (*Engine, error) {
	var tried []string
	for _, name := range []string{"docker", "podman"} {
		program, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		e := &Engine{Name: name, program: program}
		if err = e.look(ctx); err == nil {
			return e, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		tried = append(tried, fmt.Sprintf("%s: %v", program, err))
	}
	p := problem.Problem{Summary: "no container engine was found to run the functions in", Detail: "Neither docker nor podman is in PATH.",
		Hint: "install or start Docker or Podman, or run without --container"}
	if tried != nil {
		p.Detail = strings.Join(tried, "\n  ")
	}
	return nil, p
}

// look asks an engine what it is.
func (e *Engine) look(ctx context.Context) error {
	version, err := e.output(ctx, "--version")
	if err != nil {
		return err
	}
	if strings.Contains(strings.ToLower(version), "podman") { // also as a program called docker
		e.Name = "podman"
		return e.lookPodman(ctx)
	}
	return e.lookDocker(ctx)
}

func (e *Engine) lookPodman(ctx context.Context) error {
	remote, err := e.output(ctx, "info", "--format", "{{.Host.ServiceIsRemote}}")
	if err != nil {
		return err
	}
	if e.Limits = true; remote != "false" || runtime.GOOS != "linux" {
		e.host = "host.containers.internal"
	}
	return nil
}

func (e *Engine) lookDocker(ctx context.Context) error {
	info, err := e.output(ctx, "info", "--format", "{{.OSType}}|{{.MemoryLimit}}|{{.OperatingSystem}}|{{.SecurityOptions}}")
	if err != nil {
		return err
	}
	words := strings.SplitN(info, "|", 4)
	if len(words) != 4 || words[0] != "linux" {
		return fmt.Errorf("it does not run Linux containers: %s", info)
	}
	address, err := e.output(ctx, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
	if err != nil {
		return err
	}
	if !local(address) {
		return fmt.Errorf("the engine at %s is on another machine, from where the functions would not reach this one", address)
	}
	e.Limits = words[1] == "true"
	switch {
	case runtime.GOOS != "linux" || strings.Contains(words[2], "Docker Desktop"):
		e.host = "host.docker.internal"
	case strings.Contains(words[3], "name=rootless"):
		return errors.New("the engine is rootless, and its containers do not reach this machine's loopback interface")
	}
	return nil
}

// local tells whether an engine's address is on this machine.
func local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Scheme == "unix" || u.Scheme == "npipe" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme != "ssh" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// reach is an address of this machine's loopback interface as a container reaches it.
func (e *Engine) reach(address string) string {
	if e.host == "" {
		return address
	}
	return strings.Replace(address, "127.0.0.1", e.host, 1)
}

// keptOutput is how much of an engine's complaint an error shows, in bytes.
const keptOutput = 2000

// output runs a command of the engine and returns what it writes.
func (e *Engine) output(ctx context.Context, args ...string) (string, error) {
	return e.run(ctx, exec.CommandContext(ctx, e.program, args...))
}

func (e *Engine) run(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		text := strings.TrimSpace(complaint.String())
		if len(text) > keptOutput {
			text = text[len(text)-keptOutput:]
		}
		return "", fmt.Errorf("%s %s: %w: %s", e.Name, cmd.Args[1], err, text)
	}
	return strings.TrimSpace(out.String()), nil
}
