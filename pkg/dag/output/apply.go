package output

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

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
	for _, name := range slices.Concat(c.Added, c.Updated) {
		if err := write(root, filepath.FromSlash(name), c.files[name]); err != nil {
			return err
		}
	}
	for _, name := range c.Removed {
		if err := remove(root, name); err != nil {
			return err
		}
	}
	return write(root, Record, encodeRecord(c.owned))
}

// write puts a whole file in its place.
func write(root *os.Root, name string, data []byte) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	part := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%d.part", filepath.Base(name), os.Getpid()))
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
