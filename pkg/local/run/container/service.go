package container

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Mount is a file or folder of this machine that a container has at the same path.
type Mount struct {
	Path     string
	ReadOnly bool
}

// Service is a program of this machine's user in a container: it shares this
// machine's network, so that it reaches what listens on the loopback interface, and
// has files of this machine at their own paths, as this machine's user.
type Service struct {
	// Name is the container's.
	Name string
	// Image is the image's name in the engine, as Load returns it.
	Image string
	// Argv is the program, a path in the image, with its arguments.
	Argv []string
	// Dir is the working directory.
	Dir string
	// Environment are variables over the image's own. They are in no process's arguments.
	Environment map[string]string
	// Mounts must exist.
	Mounts []Mount
}

// maxServiceFiles is how many files a service may have open in podman.
const maxServiceFiles = "4096:4096"

// maxCreate is how long an engine may take to create a container: some copy the image.
const maxCreate = 10 * time.Minute

// Create creates a container, which is gone when its program has ended, and returns
// the command that runs it and shows what it says. A context that ends does not break
// it off, so that it is known afterwards whether the container is there (Remove).
func (e *Engine) Create(ctx context.Context, s Service) (argv []string, err error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	temporary, err := os.MkdirTemp("", "dorc-container-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	file := filepath.Join(temporary, "variables")
	text, broken := s.variables()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	args, err := e.create(s, file, broken)
	if err != nil {
		return nil, err
	}
	creating, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxCreate)
	defer cancel()
	cmd := exec.CommandContext(creating, e.program, args...)
	cmd.Env = os.Environ()
	for _, name := range broken {
		cmd.Env = append(cmd.Env, name+"="+s.Environment[name])
	}
	if _, err := e.run(creating, cmd); err != nil {
		e.remove(context.WithoutCancel(ctx), s.Name)
		return nil, problem.Problem{Resource: "container " + s.Name, Summary: "it cannot be created", Detail: err.Error()}
	}
	return []string{e.program, "start", "--attach", s.Name}, nil
}

// variables are the lines of a file of variables. A value with line breaks cannot be
// in it: broken are the names of those, which the engine's program takes from its own
// variables.
func (s Service) variables() (text []byte, broken []string) {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		if strings.ContainsAny(s.Environment[name], "\r\n") {
			broken = append(broken, name)
			continue
		}
		fmt.Fprintf(&b, "%s=%s\n", name, s.Environment[name])
	}
	return b.Bytes(), broken
}

// create are the arguments that create the container. Nothing secret is among them.
func (e *Engine) create(s Service, variables string, broken []string) ([]string, error) {
	args := []string{"create", "--rm", "--init", "--pull=never", "--network=host", "--name=" + s.Name,
		"--cap-drop=ALL", "--security-opt=no-new-privileges", "--security-opt=label=disable", "--env-file=" + variables}
	for _, name := range broken {
		args = append(args, "--env="+name)
	}
	if uid := os.Getuid(); uid >= 0 { // Windows has none
		args = append(args, fmt.Sprintf("--user=%d:%d", uid, os.Getgid()))
		if e.Name == "podman" && uid != 0 {
			args = append(args, "--userns=keep-id") // else another user of this machine would be meant
		}
	}
	if e.Name == "podman" { // it would raise these limits, which it may not everywhere
		args = append(args, "--ulimit=nofile="+maxServiceFiles)
		if os.Geteuid() == 0 {
			args = append(args, "--ulimit=nproc="+maxServiceFiles) // it does not hold for root
		}
	}
	for _, m := range s.Mounts {
		fields := []string{"type=bind", "src=" + m.Path, "dst=" + m.Path}
		if m.ReadOnly {
			fields = append(fields, "readonly")
		}
		var line strings.Builder
		w := csv.NewWriter(&line)
		if err := w.Write(fields); err != nil {
			return nil, err
		}
		w.Flush()
		args = append(args, "--mount="+strings.TrimSuffix(line.String(), "\n"))
	}
	if s.Dir != "" {
		args = append(args, "--workdir="+s.Dir)
	}
	args = append(args, "--entrypoint="+s.Argv[0], s.Image)
	return append(args, s.Argv[1:]...), nil
}

// User is the name of this machine's user, for programs that ask who they are: an
// image does not know the user's number.
func User() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username[strings.LastIndexByte(u.Username, '\\')+1:]
	}
	return "dorc"
}

// Exec is the command that runs a program in a running container, with the variables
// and as the user of that.
func Exec(program, container string, terminal bool, argv []string) []string {
	words := []string{program, "exec", "--interactive"}
	if terminal {
		words = append(words, "--tty")
	}
	return append(append(words, container), argv...)
}

// RemoveAll removes the containers whose names begin so, also while they run.
func (e *Engine) RemoveAll(ctx context.Context, prefix string) error {
	ids, err := e.output(ctx, "ps", "--all", "--quiet", "--filter", "name=^/?"+prefix)
	if err != nil || ids == "" {
		return err
	}
	args := []string{"rm", "--force", "--volumes"}
	if e.Name == "podman" {
		args = append(args, "--time=0")
	}
	_, failed := e.output(ctx, append(args, strings.Fields(ids)...)...)
	// One that was about to go by itself is no error: what counts is what is left.
	left, err := e.output(ctx, "ps", "--all", "--quiet", "--filter", "name=^/?"+prefix)
	if err == nil && left != "" {
		err = failed
	}
	return err
}

// Program is the path of the engine's command line.
func (e *Engine) Program() string { return e.program }

// At is the engine whose command line is at a path, as Program has told it.
func At(name, program string) *Engine { return &Engine{Name: name, program: program} }

// Reaches looks, from inside, whether a container on this machine's network reaches an
// address of its loopback interface. Where the engine has a machine of its own it does
// only when that is set up so. python is the image's.
func (e *Engine) Reaches(ctx context.Context, image, python, address string) error {
	if e.host == "" {
		return nil
	}
	const look = "import sys, socket; socket.create_connection((sys.argv[1], int(sys.argv[2])), 10).close()"
	host, port, _ := strings.Cut(strings.TrimPrefix(address, "http://"), ":")
	_, err := e.output(ctx, "run", "--rm", "--pull=never", "--network=host", "--entrypoint="+python, image, "-c", look, host, port)
	if err == nil || ctx.Err() != nil {
		return err
	}
	return problem.Problem{
		Resource: e.Name, Summary: "its containers do not reach this machine's loopback interface",
		Detail: err.Error(),
		Hint:   "In Docker Desktop 4.34 or newer, turn on Settings > Resources > Network > Enable host networking; or run without --docker.",
	}
}
