package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// change is what one call does to a repo: all of it, or nothing. Paths are
// relative to the repo's root, and os.Root refuses those that a symbolic link
// leads out.
type change struct {
	repo   Repo
	root   *os.Root
	before problem.List
	// undo takes back what was done, the last first.
	undo   []func() error
	result Result
}

// do opens the repo, lets write change it, and takes everything back when that
// fails or when the repo has problems that it did not have.
func (r Repo) do(write func(*change) error) (_ *Result, err error) {
	root, err := os.OpenRoot(r.Root)
	if err != nil {
		return nil, problem.Problem{File: r.Root, Summary: "the config repo cannot be opened", Detail: reason(err),
			Hint: "set CONFIG_REPO_PATH to the config repo"}
	}
	defer root.Close()
	c := &change{repo: r, root: root, before: r.problems()}
	defer func() {
		if err != nil {
			err = c.takeBack(err)
		}
	}()
	if err := write(c); err != nil {
		return nil, err
	}
	after := r.problems()
	if fresh := added(c.before, after); len(fresh) > 0 {
		return nil, append(problem.List{{File: r.shown("."), Summary: "nothing was written, since the config repo would not be valid"}}, fresh...)
	}
	c.result.Left = after
	return &c.result, nil
}

// takeBack undoes the change. What cannot be undone is said beside the reason.
func (c *change) takeBack(why error) error {
	slices.Reverse(c.undo)
	for _, undo := range c.undo {
		if err := undo(); err != nil {
			why = errors.Join(why, problem.Problem{File: c.repo.Root, Summary: "something that was written could not be removed again",
				Detail: reason(err), Hint: "look at the folder, and remove what is not wanted"})
		}
	}
	return why
}

// newFolder makes a folder with files in one step: it is filled under another
// name first.
func (c *change) newFolder(dir string, files []file) error {
	if _, err := c.root.Lstat(dir); err == nil {
		return c.exists(dir)
	}
	if err := c.makeParents(dir); err != nil {
		return err
	}
	temporary := hiddenBeside(dir)
	if err := c.root.Mkdir(temporary, 0o777); err != nil {
		return c.unwritable(dir, err)
	}
	// After the rename there is nothing left to remove.
	c.undo = append(c.undo, func() error { return c.root.RemoveAll(temporary) })
	for _, f := range files {
		path := filepath.Join(temporary, f.name)
		if err := c.root.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return c.unwritable(dir, err)
		}
		if err := c.write(path, f.data, 0o666); err != nil {
			return c.unwritable(dir, err)
		}
	}
	// A rename onto a folder with content fails, so nothing is overwritten.
	if err := c.root.Rename(temporary, dir); err != nil {
		return c.unwritable(dir, err)
	}
	c.undo = append(c.undo, func() error { return c.root.RemoveAll(dir) })
	for _, f := range files {
		c.result.Created = append(c.result.Created, filepath.Join(dir, f.name))
	}
	return nil
}

// newFile makes one file. A link, unlike a rename, never replaces what another
// process made meanwhile.
func (c *change) newFile(path string, data []byte) error {
	if _, err := c.root.Lstat(path); err == nil {
		return c.exists(path)
	}
	if err := c.makeParents(path); err != nil {
		return err
	}
	temporary := hiddenBeside(path)
	c.undo = append(c.undo, func() error { return ignoreMissing(c.root.Remove(temporary)) })
	if err := c.write(temporary, data, 0o666); err != nil {
		return c.unwritable(path, err)
	}
	switch err := c.root.Link(temporary, path); {
	case errors.Is(err, fs.ErrExist):
		return c.exists(path)
	case err != nil:
		// Some file systems have no hard links.
		if err := c.root.Rename(temporary, path); err != nil {
			return c.unwritable(path, err)
		}
	}
	c.undo = append(c.undo, func() error { return c.root.Remove(path) })
	c.result.Created = append(c.result.Created, path)
	return ignoreMissing(c.root.Remove(temporary))
}

// replaceFile gives a file new content in one step and keeps its mode. The file
// must still have the content that the new one was made of.
func (c *change) replaceFile(path string, old, data []byte) error {
	info, err := c.root.Stat(path)
	if err != nil {
		return c.unwritable(path, err)
	}
	if now, err := c.root.ReadFile(path); err != nil || string(now) != string(old) {
		return problem.Problem{File: c.repo.shown(path), Summary: "the file was changed meanwhile", Hint: "try again"}
	}
	if err := c.swap(path, data, info.Mode().Perm()); err != nil {
		return c.unwritable(path, err)
	}
	c.undo = append(c.undo, func() error { return c.swap(path, old, info.Mode().Perm()) })
	c.result.Changed = append(c.result.Changed, path)
	return nil
}

func (c *change) swap(path string, data []byte, mode fs.FileMode) error {
	temporary := hiddenBeside(path)
	if err := c.write(temporary, data, mode); err != nil {
		return errors.Join(err, ignoreMissing(c.root.Remove(temporary)))
	}
	if err := c.root.Rename(temporary, path); err != nil {
		return errors.Join(err, ignoreMissing(c.root.Remove(temporary)))
	}
	return nil
}

// makeParents makes the folders above a path that are not there.
func (c *change) makeParents(path string) error {
	parent := filepath.Dir(path)
	if parent == "." {
		return nil
	}
	if _, err := c.root.Stat(parent); err == nil {
		return nil
	} else if _, dangling := c.root.Lstat(parent); dangling == nil {
		return problem.Problem{File: c.repo.shown(parent), Summary: "the symbolic link cannot be followed", Detail: reason(err),
			Hint: "links are relative and lead to something inside the config repo"}
	}
	if err := c.makeParents(parent); err != nil {
		return err
	}
	switch err := c.root.Mkdir(parent, 0o777); {
	case errors.Is(err, fs.ErrExist):
		return nil // someone else made it meanwhile
	case err != nil:
		return c.unwritable(parent, err)
	}
	c.undo = append(c.undo, func() error { return c.removeEmpty(parent) })
	return nil
}

// removeEmpty removes a folder, unless someone else put something into it.
func (c *change) removeEmpty(dir string) error {
	err := c.root.Remove(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		if entries, readErr := fs.ReadDir(c.root.FS(), filepath.ToSlash(dir)); readErr == nil && len(entries) > 0 {
			return nil
		}
	}
	return ignoreMissing(err)
}

// write makes a file whose content is on the disk when it returns.
func (c *change) write(path string, data []byte, mode fs.FileMode) (err error) {
	f, err := c.root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

// hiddenBeside is a name that configrepo does not look at.
func hiddenBeside(path string) string {
	return filepath.Join(filepath.Dir(path), fmt.Sprintf(".new-%s-%08x", filepath.Base(path), rand.Uint32()))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (c *change) exists(path string) error {
	return problem.Problem{File: c.repo.shown(path), Summary: "it exists, and nothing is overwritten",
		Hint: "choose another name, or remove it first"}
}

func (c *change) unwritable(path string, err error) error {
	return problem.Problem{File: c.repo.shown(path), Summary: "it cannot be written", Detail: reason(err),
		Hint: "give yourself the permission to write there; links must lead to something inside the config repo"}
}

// reason is an error without the operation and the path.
func reason(err error) string {
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		return pathError.Err.Error()
	case errors.As(err, &linkError):
		return linkError.Err.Error()
	default:
		return strings.TrimSpace(err.Error())
	}
}
