package container

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// ownerLabel is a container's label with the process that started it, as <host name>/<process id>.
const ownerLabel = "dev.dorc.run"

// Runtime runs a function's handler in containers.
type Runtime struct {
	// Engine is where they run.
	Engine *Engine
	// Image is the image's name in the engine, as Load returns it.
	Image string
	// Entrypoint and Command are the function's own; nil for the image's.
	Entrypoint, Command []string
	// WorkingDirectory is the function's own; "" for the image's.
	WorkingDirectory string
}

// Lambda's limits of processes with their threads, and of open files
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const maxProcesses, maxFiles = "1024", "1024:1024"

// Program creates a container. As on Lambda its files are read-only but /tmp, and it has no privileges. It reaches
// this machine's loopback interface, where the Runtime API and the local S3 are.
func (r *Runtime) Program(ctx context.Context, s lambda.Sandbox) (*lambda.Program, error) {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	c := &instance{engine: r.Engine, name: "dorc-" + hex.EncodeToString(random)}
	file, err := r.variables(s)
	if err != nil {
		return nil, err
	}
	args := r.arguments(c.name, file, s.Function.MemoryMB)
	_, err = r.Engine.output(ctx, args...)
	if removing := os.Remove(file); err == nil {
		err = removing
	}
	if err != nil {
		c.stop()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, problem.Problem{Resource: "function " + s.Function.Name, Summary: "its container cannot be created", Detail: err.Error()}
	}
	program := &lambda.Program{Cmd: exec.Command(r.Engine.program, "start", "--attach", c.name), Stop: c.stop, Ending: c.ending, Memory: c.memory}
	return program, nil
}

// arguments are those that create a container. Nothing secret is among them.
func (r *Runtime) arguments(name, variables string, memoryMB int) []string {
	args := []string{"create", "--rm", "--pull=never", "--name=" + name, "--label=" + ownerLabel + "=" + hostname() + "/" + strconv.Itoa(os.Getpid()),
		"--read-only", "--mount=type=volume,dst=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges",
		"--ulimit=nofile=" + maxFiles, "--env-file=" + variables}
	if r.Engine.Name == "podman" && os.Geteuid() == 0 {
		// Podman would raise this limit, which it may not everywhere. It does not hold for root anyway.
		args = append(args, "--ulimit=nproc="+maxProcesses+":"+maxProcesses)
	}
	if r.Engine.host == "" {
		args = append(args, "--network=host")
	}
	if r.Engine.Limits {
		limit := strconv.Itoa(memoryMB) + "m"
		args = append(args, "--memory="+limit, "--memory-swap="+limit, "--pids-limit="+maxProcesses)
	}
	if r.WorkingDirectory != "" {
		args = append(args, "--workdir="+r.WorkingDirectory)
	}
	var words []string
	if len(r.Entrypoint) > 0 {
		args, words = append(args, "--entrypoint="+r.Entrypoint[0]), r.Entrypoint[1:]
	}
	return slices.Concat(args, []string{r.Image}, words, r.Command)
}

// variables writes the environment variables into a file that only this user can read. The engine reads it when the
// container is created; the values are in no process's arguments.
func (r *Runtime) variables(s lambda.Sandbox) (string, error) {
	s.API = r.Engine.reach(s.API)
	all := map[string]string{"NO_PROXY": "*", "no_proxy": "*"} // the engine's own configuration may add a proxy
	maps.Copy(all, s.Function.Variables)
	maps.Copy(all, s.Variables())
	for _, endpoint := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"} {
		all[endpoint] = r.Engine.reach(all[endpoint])
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.ContainsAny(all[name], "\r\n\x00") {
			return "", problem.Problem{Resource: "function " + s.Function.Name, Summary: "a variable with a line break cannot be given to a container",
				Detail: fmt.Sprintf("The variable is %s.", name), Hint: "encode the value, such as by base64, or run without --container"}
		}
		fmt.Fprintf(&b, "%s=%s\n", name, all[name])
	}
	file := filepath.Join(s.Temporary, "variables")
	return file, os.WriteFile(file, []byte(b.String()), 0o600)
}

// instance is one container.
type instance struct {
	engine  *Engine
	name    string
	stopped atomic.Bool
	looking sync.Once
	pid     atomic.Int64
}

// stop ends and removes the container.
func (c *instance) stop() {
	c.stopped.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c.engine.remove(ctx, c.name)
}

// remove removes a container with its volumes, also while it runs. One that is gone, or is about to be, is no
// error; one that is left all the same is swept by the next run.
func (e *Engine) remove(ctx context.Context, container string) {
	args := []string{"rm", "--force", "--volumes"}
	if e.Name == "podman" {
		args = append(args, "--time=0")
	}
	_, _ = e.output(ctx, append(args, container)...)
}

// killed is the exit status of a process that was ended by SIGKILL.
const killed = 128 + 9

// ending tells that the kernel ended a container: it does so for want of memory.
func (c *instance) ending(status int) (string, bool) {
	if status != killed {
		return "", false
	}
	return "signal: killed", !c.stopped.Load()
}

// memory is the resident memory of the container's processes, where they are this machine's own.
func (c *instance) memory() int64 {
	if c.engine.host != "" {
		return 0
	}
	c.looking.Do(func() { go c.look() })
	if pid := c.pid.Load(); pid > 0 && !c.stopped.Load() {
		return lambda.ResidentMemory(int(pid))
	}
	return 0
}

// look waits for the process of the container.
func (c *instance) look() {
	for !c.stopped.Load() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		out, err := c.engine.output(ctx, "inspect", "--format", "{{.State.Pid}}", c.name)
		cancel()
		if pid, parsing := strconv.ParseInt(out, 10, 64); err == nil && parsing == nil && pid > 0 {
			c.pid.Store(pid)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}
