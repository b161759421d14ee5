package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// names are the engines in the order in which they are tried.
var names = []string{Docker, Podman, Buildah}

// Find looks for an engine that can build now: docker with BuildKit and an
// engine that answers, else podman, else buildah. Preferred is one of these
// names, then no other is tried, or "". The error is a problem.Problem that says
// what was tried and why each fails.
func Find(ctx context.Context, preferred string) (*Engine, error) {
	tried := names
	if preferred != "" {
		if !slices.Contains(names, preferred) {
			return nil, problem.Problem{
				Resource: preferred, Summary: "there is no such container engine", Detail: "dorc knows " + strings.Join(names, ", "),
				Hint: hintNearest(preferred),
			}
		}
		tried = []string{preferred}
	}
	var reasons []string
	for _, name := range tried {
		engine, why := find(ctx, name)
		if engine != nil {
			return engine, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		reasons = append(reasons, why...)
	}
	return nil, problem.Problem{
		Resource: strings.Join(tried, ", "),
		Summary:  "no container engine can build here",
		Detail:   strings.Join(reasons, "\n  "),
		Hint:     "Install Docker (with buildx), Podman or Buildah and start it; or set image_builder: standard, which needs none.",
	}
}

func hintNearest(name string) string {
	if near := problem.Nearest(name, names); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return ""
}

// find tries all programs of a name.
func find(ctx context.Context, name string) (*Engine, []string) {
	paths := programs(name)
	if len(paths) == 0 {
		return nil, []string{name + ": is not on the PATH"}
	}
	var reasons []string
	for _, path := range paths {
		engine, err := probe(ctx, name, path)
		if err == nil {
			return engine, nil
		}
		reasons = append(reasons, path+": "+err.Error())
	}
	return nil, reasons
}

// systemFolder is where packages of Linux put programs.
var systemFolder = "/usr/bin"

// programs are those of a name on the PATH, and in the system's folder: a machine
// may have two, and the first may lack BuildKit.
func programs(name string) (found []string) {
	seen := map[string]bool{}
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), systemFolder) {
		path, err := exec.LookPath(filepath.Join(dir, name))
		if err != nil || !filepath.IsAbs(path) {
			continue
		}
		real, err := filepath.EvalSymlinks(path)
		if err == nil && !seen[real] {
			seen[real] = true
			found = append(found, path)
		}
	}
	return found
}

func probe(ctx context.Context, name, path string) (*Engine, error) {
	e := &Engine{Name: name, Path: path}
	if name == Docker {
		return e, e.probeDocker(ctx)
	}
	out, err := e.command("--version").output(ctx)
	if err != nil {
		return nil, err
	}
	// "podman version 4.3.1", "buildah version 1.28.2 (image-spec …)".
	fields := strings.Fields(out)
	if len(fields) < 3 || fields[0] != name {
		return nil, fmt.Errorf("says %q to --version", firstLine(out))
	}
	e.Version = fields[2]
	// It answers only when it can use its store.
	if _, err := e.command("images", "--quiet", "--filter", "reference=dorc-build-probe").output(ctx); err != nil {
		return nil, err
	}
	return e, nil
}

// dockerVersion is what docker version tells, in part.
type dockerVersion struct {
	Client struct{ Version string }
	Server *struct{ Version, Os string }
}

func (e *Engine) probeDocker(ctx context.Context) error {
	out, failed := e.command("version", "--format", "{{json .}}").output(ctx)
	var v dockerVersion
	if err := json.Unmarshal([]byte(firstLine(out)), &v); err != nil || v.Client.Version == "" {
		if failed == nil {
			failed = errors.New("it is not Docker's own program")
		}
		return failed
	}
	e.Version = v.Client.Version
	switch {
	case v.Server == nil || v.Server.Version == "":
		return fmt.Errorf("no Docker engine answers: %w", orUnknown(failed))
	case v.Server.Os != "linux":
		return fmt.Errorf("the Docker engine makes images for %s, not linux", v.Server.Os)
	}
	if _, err := e.command("buildx", "version").output(ctx); err == nil {
		e.buildx = true
		help, err := e.command("buildx", "build", "--help").output(ctx)
		e.attestations = err == nil && strings.Contains(help, "--provenance") && strings.Contains(help, "--sbom")
	} else if e.knows(23, 0) {
		// https://docs.docker.com/build/buildkit/#getting-started
		return fmt.Errorf("docker %s needs the buildx plugin for BuildKit, and has none", e.Version)
	}
	e.environment = []string{"DOCKER_BUILDKIT=1", "DOCKER_CLI_HINTS=false", "NO_COLOR=1", "SOURCE_DATE_EPOCH=0"}
	return nil
}

func orUnknown(err error) error {
	if err == nil {
		return errors.New("the reason is not told")
	}
	return err
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
