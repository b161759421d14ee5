package docker

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// The names of engines.
const (
	Docker  = "docker"
	Podman  = "podman"
	Buildah = "buildah"
)

// Engine is a program that builds Dockerfiles.
type Engine struct {
	// Name is Docker, Podman or Buildah.
	Name string
	// Path is the program.
	Path string
	// Version is what it says of itself, such as "20.10.24+dfsg1".
	Version string

	// buildx says that Docker has the plugin for BuildKit; without it the program
	// has BuildKit inside, up to version 22.
	buildx bool
	// attestations says that buildx knows how to leave them out.
	attestations bool
	// environment is added to this process's.
	environment []string
}

// String is the engine as a person knows it: "docker 20.10.24 (/usr/bin/docker)".
func (e *Engine) String() string { return fmt.Sprintf("%s %s (%s)", e.Name, e.Version, e.Path) }

// command is a call of the engine. Its arguments are never read by a shell.
func (e *Engine) command(args ...string) call {
	return call{path: e.Path, args: args, environment: append(os.Environ(), e.environment...)}
}

// remove removes an image's name, and the image when that was its only one. It
// works when the build was cancelled too.
func (e *Engine) remove(ctx context.Context, tag string) error {
	args := []string{"image", "rm", tag}
	if e.Name == Buildah {
		args = []string{"rmi", tag}
	}
	return e.command(args...).run(context.WithoutCancel(ctx))
}

// knows tells that the version is at least major.minor. A version that cannot be
// read is taken for an old one.
func (e *Engine) knows(major, minor int) bool {
	parts := strings.SplitN(e.Version, ".", 3)
	if len(parts) < 2 {
		return false
	}
	a, err1 := strconv.Atoi(parts[0])
	b, err2 := strconv.Atoi(parts[1])
	return err1 == nil && err2 == nil && (a > major || a == major && b >= minor)
}
