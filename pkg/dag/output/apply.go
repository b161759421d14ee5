package output

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Apply makes the changes: first what is new, each file as a whole, then what goes. When
// it breaks off, the next Plan and Apply finish it.
func (c *Changes) Apply() error {
	if c.Empty() && maps.Equal(c.before, c.owned) {
		return nil
	}
	err := c.apply()
	return problem.OnDisk(err, c.dir, "writing compiled DAGs", "Make room, or name another folder.")
}

func (c *Changes) apply() error {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	// Before a file is there it is in the record: else it would be a stranger's if this
	// breaks off.
	all := maps.Clone(c.owned)
	maps.Copy(all, c.before)
	if err := write(root, Record, encodeRecord(all)); err != nil {
		return err
	}
	if err := c.writeAll(root); err != nil {
		return err
	}
	for _, name := range c.Removed {
		if err := remove(root, name); err != nil {
			return err
		}
	}
	return write(root, Record, encodeRecord(c.owned))
}

// writeAll writes what is new, several folders at a time, and in each the SQL before the
// Python that includes it.
func (c *Changes) writeAll(root *os.Root) error {
	folders := map[string][]string{}
	for _, name := range slices.Concat(c.Added, c.Updated) {
		layer, pipeline := pipelineOf(name)
		folder := path.Join(layer, pipeline)
		folders[folder] = append(folders[folder], name)
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, names := range folders {
		group.Go(func() error { return c.writeFolder(root, names) })
	}
	return group.Wait()
}

func (c *Changes) writeFolder(root *os.Root, names []string) error {
	last := func(name string) int {
		if path.Ext(name) == ".py" {
			return 1
		}
		return 0
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(last(a)-last(b), cmp.Compare(a, b)) })
	dir, at := "", (*os.Root)(nil)
	defer func() {
		if at != nil {
			at.Close()
		}
	}()
	for _, name := range names {
		// A folder is opened once for all of its files.
		if folder := path.Dir(name); at == nil || folder != dir {
			if err := root.MkdirAll(filepath.FromSlash(folder), 0o755); err != nil {
				return err
			}
			next, err := root.OpenRoot(filepath.FromSlash(folder))
			if err != nil {
				return err
			}
			if at != nil {
				at.Close()
			}
			dir, at = folder, next
		}
		if err := write(at, path.Base(name), c.files[name]); err != nil {
			return err
		}
	}
	return nil
}

// write puts a whole file in its place.
func write(root *os.Root, name string, data []byte) error {
	part := fmt.Sprintf(".%s.%d.part", name, os.Getpid())
	if err := root.WriteFile(part, data, 0o644); err != nil {
		_ = root.Remove(part) // the first error says more
		return err
	}
	return root.Rename(part, name)
}

// remove takes a file away, and folders that it leaves empty.
func remove(root *os.Root, name string) error {
	if err := root.Remove(filepath.FromSlash(name)); err != nil && !os.IsNotExist(err) {
		return err
	}
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if root.Remove(filepath.FromSlash(folder)) != nil {
			return nil // it is not empty
		}
	}
	return nil
}
