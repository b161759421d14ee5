package output

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/dag/compile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Changes are what makes a folder have the files that were compiled. Paths are below the
// folder, with slashes, and sorted.
type Changes struct {
	// Added and Updated are files to write, Removed those that no pipeline makes any more.
	Added, Updated, Removed []string
	// Same is how many are as they should be.
	Same int

	dir   string
	files map[string][]byte
	// owned are the files of the folder that are dorc's, after the changes.
	owned map[string]bool
	// before are those that were; written says that there is a record of them.
	before map[string]bool
}

// Empty says that there is nothing to do.
func (c *Changes) Empty() bool { return len(c.Added)+len(c.Updated)+len(c.Removed) == 0 }

// Plan compares a folder, which need not be there, with compiled files. Those of
// pipelines for which within is false stay as they are. A file in the way that dorc has
// not written is a problem.
func Plan(dir string, files []compile.File, within func(layer, pipeline string) bool) (*Changes, error) {
	c := &Changes{dir: dir, files: map[string][]byte{}, owned: map[string]bool{}, before: map[string]bool{}}
	for _, f := range files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, errors.New("a compiled file is outside of its folder: " + f.Path)
		}
		c.files[f.Path], c.owned[f.Path] = f.Data, true
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		c.Added = slices.Sorted(maps.Keys(c.files))
		return c, nil
	}
	if err != nil {
		return nil, unreadable(dir, err)
	}
	defer root.Close()
	if c.before, err = readRecord(root, dir); err != nil {
		return nil, err
	}
	for name := range c.before {
		switch {
		case c.files[name] != nil:
		case within(pipelineOf(name)):
			c.Removed = append(c.Removed, name)
		default:
			c.owned[name] = true
		}
	}
	if err := c.compare(root); err != nil {
		return nil, err
	}
	slices.Sort(c.Removed)
	return c, nil
}

// compare looks at what is there of the files.
func (c *Changes) compare(root *os.Root) error {
	names := slices.Sorted(maps.Keys(c.files))
	states := make([]state, len(names))
	found := make([]error, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	const part = 64 // files for which one goroutine is worth it
	for begin := 0; begin < len(names); begin += part {
		group.Go(func() error {
			for i := begin; i < min(begin+part, len(names)); i++ {
				states[i], found[i] = c.state(root, names[i])
			}
			return nil
		})
	}
	_ = group.Wait() // none of them gives an error
	var foreign problem.List
	for i, name := range names {
		if found[i] != nil {
			return found[i]
		}
		switch states[i] {
		case missing:
			c.Added = append(c.Added, name)
		case same:
			c.Same++
		case old:
			c.Updated = append(c.Updated, name)
		case strange:
			foreign = append(foreign, problem.Problem{
				File: problem.Shown(filepath.Join(c.dir, filepath.FromSlash(name))), Summary: "a file is in the way",
				Detail: "dorc has not written it, and it is not what dorc would write", Hint: "Move it away, or name another folder.",
			})
		}
	}
	return foreign.Err()
}

// state is what a file of the folder is to the compiled one.
type state int

const (
	missing state = iota
	same
	old
	strange
)

func (c *Changes) state(root *os.Root, name string) (state, error) {
	there, err := root.ReadFile(filepath.FromSlash(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing, nil
	case err != nil:
		return missing, unreadable(filepath.Join(c.dir, filepath.FromSlash(name)), err)
	case bytes.Equal(there, c.files[name]):
		return same, nil
	case c.before[name]:
		return old, nil
	}
	return strange, nil
}

// pipelineOf is the layer and the pipeline of a path: its first two folders.
func pipelineOf(name string) (layer, pipeline string) {
	layer, rest, _ := strings.Cut(name, "/")
	pipeline, _, _ = strings.Cut(rest, "/")
	return layer, pipeline
}

func unreadable(name string, err error) error {
	return problem.Problem{File: problem.Shown(name), Summary: "the file cannot be read", Detail: err.Error()}
}
