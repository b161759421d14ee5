package configrepo

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files lists what belongs to a folder of the repo, given below Root with
// slashes: every file below it that git does not ignore, sorted by path. Links
// are treated as Function.Files does.
func (r *Repo) Files(dir string) ([]File, error) {
	root, err := os.OpenRoot(r.Root)
	if err != nil {
		return nil, unreadable(r.Root, err)
	}
	defer root.Close()
	return r.list(root, dir)
}

// Open opens a file of the repo, given below Root with slashes, and never one
// that a link out of the repo leads to.
func (r *Repo) Open(file string) (io.ReadCloser, error) {
	root, err := os.OpenRoot(r.Root)
	if err != nil {
		return nil, unreadable(r.Root, err)
	}
	// An open file outlives the folder that it was opened in.
	defer root.Close()
	opened, err := root.Open(filepath.FromSlash(file))
	if err != nil {
		return nil, unreadable(filepath.Join(r.Root, filepath.FromSlash(file)), err)
	}
	return opened, nil
}

func (r *Repo) list(root *os.Root, dir string) ([]File, error) {
	l := &lister{loader: &loader{repo: r, root: root, shown: shownRoot(r.Root, r.Root)}, base: dir}
	rules, err := r.ignoring(root, dir)
	if err != nil {
		return nil, unreadable(l.show(dir), err)
	}
	if err := l.list(dir, rules, nil); err != nil {
		return nil, err
	}
	slices.SortFunc(l.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return l.files, nil
}

// Shown is the repo's root as problems name it: relative to the working folder
// when it is below it.
func (r *Repo) Shown() string { return shownRoot(r.Root, r.Root) }
