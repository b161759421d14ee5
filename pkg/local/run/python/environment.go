package python

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/dorc-dev/dorc/internal/lockfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// marker is written last: an environment without it was not finished.
const marker = "dorc-environment"

// Environments makes environments below a folder.
type Environments struct {
	// Folder holds one environment per content.
	Folder string
	// Interpreter makes them.
	Interpreter Interpreter
}

// Environment is a finished virtual environment.
type Environment struct {
	// Python is the environment's interpreter.
	Python string
	// Made tells that it was made by this call rather than found.
	Made bool
}

// SiteVariable is the environment variable with the folder of an image's packages. A platform environment takes the
// folder for one of its own site-packages: it reads the .pth files in it, as the image's Python would.
const SiteVariable = "DORC_SITE_PACKAGES"

const sitePth = `import os, site; site.addsitedir(os.environ["` + SiteVariable + `"]) if "` + SiteVariable + `" in os.environ else None` + "\n"

// Platform returns the environment in which an image's own packages run: it has what Lambda has besides them,
// and is the same for every function. progress hears the installer's lines.
func (e Environments) Platform(ctx context.Context, progress func(string)) (Environment, error) {
	return e.get(ctx, nil, progress)
}

// Packages returns an environment with packages in the versions given, for an interpreter that an image's own
// compiled packages are not for.
func (e Environments) Packages(ctx context.Context, packages []Package, progress func(string)) (Environment, error) {
	packages = slices.DeleteFunc(slices.Clone(packages), func(p Package) bool { return p.Name == clientModule })
	return e.get(ctx, packages, progress)
}

// Exactly returns an environment with these packages and nothing that is Lambda's. Without packages it is an empty one, in
// which an image's own packages run.
func (e Environments) Exactly(ctx context.Context, packages []Package, progress func(string)) (Environment, error) {
	return e.make(ctx, e.key(packages, nil), progress, func(in installer) error { return in.install(ctx, packages, nil) })
}

// get returns the environment of its content, with Lambda's part.
func (e Environments) get(ctx context.Context, packages []Package, progress func(string)) (Environment, error) {
	pins := platform(e.Interpreter, packages)
	return e.make(ctx, e.key(packages, pins), progress, func(in installer) error { return in.install(ctx, packages, pins) })
}

// make returns the environment of a key, which install makes when it is not there yet.
func (e Environments) make(ctx context.Context, key string, progress func(string), install func(installer) error) (Environment, error) {
	folder := filepath.Join(e.Folder, key)
	env := Environment{Python: filepath.Join(folder, "bin", "python")}
	if finished(folder) {
		return env, nil
	}
	unlock, err := lockfile.Lock(ctx, folder+".lock")
	if err != nil {
		return Environment{}, err
	}
	defer unlock()
	if finished(folder) {
		return env, nil
	}
	// An environment knows its own path, so it is made in its place and marked when it is finished.
	if err := os.RemoveAll(folder); err != nil {
		return Environment{}, err
	}
	in := installer{interpreter: e.Interpreter, folder: folder, progress: progress}
	if err := install(in); err != nil {
		err = errors.Join(describeFailure(in, err), os.RemoveAll(folder))
		return Environment{}, err
	}
	pth := filepath.Join(folder, "lib", "python"+e.Interpreter.MinorVersion(), "site-packages", "dorc.pth")
	if err := os.WriteFile(pth, []byte(sitePth), 0o644); err != nil {
		return Environment{}, err
	}
	if err := os.WriteFile(filepath.Join(folder, marker), nil, 0o644); err != nil {
		return Environment{}, err
	}
	env.Made = true
	return env, nil
}

func finished(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, marker))
	return err == nil
}

// key names an environment by everything that decides its content.
func (e Environments) key(packages []Package, pins []string) string {
	return e.hash(fmt.Sprintf("%q\n%q", pins, packages))
}

func (e Environments) hash(content string) string {
	executable, err := filepath.EvalSymlinks(e.Interpreter.Executable) // python3 and python3.12 are one
	if err != nil {
		executable = e.Interpreter.Executable
	}
	h := sha256.New()
	// A hash takes every write.
	_, _ = fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%s", executable, e.Interpreter.Version(), e.Interpreter.Platform, content, sitePth)
	return hex.EncodeToString(h.Sum(nil))[:32]
}

func describeFailure(in installer, err error) error {
	var failed *installError
	if !errors.As(err, &failed) {
		return err
	}
	p := problem.Problem{Resource: "Python " + in.interpreter.Version() + " (" + in.interpreter.Path + ")",
		Summary: "the packages of the image cannot be installed for it", Detail: failed.Error()}
	switch {
	case failed.locked:
		p.Summary = "the packages of a lock file cannot be installed for it"
		p.Hint = "the package index must be in reach; the settings of uv and pip, such as UV_INDEX_URL and PIP_INDEX_URL, name another one"
	case failed.client:
		p.Summary = "AWS's Lambda runtime interface client (awslambdaric) cannot be installed for it"
		p.Hint = fmt.Sprintf("it has wheels for Linux and CPython, and this is %s; name another Python with --python, or use --container", in.interpreter.Platform)
	default:
		p.Hint = "run with the image's own Python version by --python, or in a container by --container"
	}
	return p
}
