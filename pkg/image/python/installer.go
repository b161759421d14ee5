package python

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Installer makes packages, each set of them once.
type Installer struct {
	// Cache is the folder for what can be made again; the packages and the tools'
	// downloads are in "python" below it. Any number of processes may share it.
	Cache string
	// Progress hears what the tool says, line by line and without secrets. Calls
	// for several functions may come at the same time. Default: nobody.
	Progress func(line string)
	// Known are sets that were found whole, which saves looking again. Default: each
	// call looks at all files of its set.
	Known *Known
	// Tool is the one to use. Default "": uv when it is there, else pip.
	Tool Tool
	// UVPath is uv. Default: uv in PATH.
	UVPath string
	// Python is the Python 3 to resolve under; none of its packages but pip are
	// used. Default: the image's version if it is on the machine, else any.
	Python string
	// Environ are the variables in which the user has set indexes, as
	// os.Environ, which is the default.
	Environ []string
}

// Packages are the installed packages of a set of requirements.
type Packages struct {
	// Key names the set: the checked requirements, the target and the indexes.
	Key string
	// Entry is the set's folder in the cache. Others may keep files there that are
	// made of the packages, under names that begin with "layer".
	Entry string
	// Dir is the folder with the files, laid out as below the image's root.
	Dir string
	// Files are sorted by name.
	Files []PackageFile
	// Installed are sorted by name.
	Installed []Distribution
	// Reused tells that an earlier call has made them.
	Reused bool
}

// Distribution is an installed package.
type Distribution struct {
	// Name is normalized.
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Packages returns the packages for a function's image. They are made when the
// cache has none of this set yet, and whoever wants the same set meanwhile
// waits. What a person can mend is a problem.Problem or problem.List; when the
// context ends, the error wraps the context's.
func (in *Installer) Packages(ctx context.Context, owner string, r Requirements, t Target) (*Packages, error) {
	if err := t.check(owner); err != nil {
		return nil, err
	}
	p, err := r.read(owner, t)
	if err != nil {
		return nil, err
	}
	work := *in
	if work.Cache, err = filepath.Abs(in.Cache); err != nil {
		return nil, err
	}
	made, err := work.packages(ctx, owner, p, t, r)
	if ctx.Err() != nil && err != nil {
		return nil, fmt.Errorf("%s: its Python packages were not finished: %w", owner, context.Cause(ctx))
	}
	return made, onMachine(owner, err)
}

func (in *Installer) packages(ctx context.Context, owner string, p *plan, t Target, r Requirements) (*Packages, error) {
	e := in.entry(p, t)
	if found := in.Known.load(e); found != nil {
		return found, nil
	}
	unlock, err := e.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if found := in.Known.load(e); found != nil {
		return found, nil
	}
	if err := e.sweep(); err != nil {
		return nil, err
	}
	temporary, err := os.MkdirTemp(in.folder(), e.temporary())
	if err != nil {
		return nil, err
	}
	made, err := in.make(ctx, owner, p, t, r, temporary)
	if err == nil {
		err = e.finish(temporary, made)
	}
	// After success the temporary folder has only the tool's files.
	if cleanup := os.RemoveAll(temporary); err == nil {
		err = cleanup
	}
	if err != nil {
		return nil, err
	}
	return made, nil
}

// make resolves, and writes the files below the temporary folder.
func (in *Installer) make(ctx context.Context, owner string, p *plan, t Target, req Requirements, temporary string) (*Packages, error) {
	made := &Packages{Dir: filepath.Join(temporary, entryFolder, filesFolder)}
	if err := os.MkdirAll(made.Dir, 0o755); err != nil || len(p.groups) == 0 {
		return made, err
	}
	r := &resolver{Installer: in, target: t, owner: owner, req: req, work: filepath.Join(temporary, "work")}
	if err := os.Mkdir(r.work, 0o700); err != nil {
		return nil, err
	}
	if err := r.choose(ctx); err != nil {
		return nil, err
	}
	r.environment(ctx, p)
	wheels, err := r.resolve(ctx, p)
	defer func() {
		for _, w := range wheels {
			w.close()
		}
	}()
	if err != nil {
		return nil, err
	}
	l, err := lay(wheels, t)
	if err != nil {
		return nil, r.broken(err)
	}
	if made.Files, err = l.write(ctx, made.Dir, wheels); err != nil {
		return nil, r.broken(err)
	}
	for _, name := range sortedKeys(wheels) {
		made.Installed = append(made.Installed, Distribution{name, wheels[name].version})
	}
	return made, nil
}

// folder is this package's part of the cache.
func (in *Installer) folder() string { return filepath.Join(in.Cache, "python") }

func (in *Installer) environ() []string {
	if in.Environ != nil {
		return in.Environ
	}
	return os.Environ()
}

// getenv is the value of a variable; the last entry wins, as for a program.
func (in *Installer) getenv(name string) (value string) {
	for _, entry := range in.environ() {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}
