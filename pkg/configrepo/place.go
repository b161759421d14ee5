package configrepo

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// shownRoot is the root as problems name it: relative to the working folder when it is below it.
func shownRoot(given, abs string) string {
	if !filepath.IsAbs(given) {
		return filepath.Clean(given)
	}
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, abs); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return abs
}

// unreadable says that a file or folder cannot be read, without the path that
// the error repeats.
func unreadable(shown string, err error) problem.Problem {
	p := problem.Problem{File: shown, Summary: "it cannot be read", Detail: reason(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Summary, p.Detail, p.Hint = "it does not exist", "", "Check CONFIG_REPO_PATH."
	case errors.Is(err, fs.ErrPermission):
		p.Hint = "Give yourself the permission to read it."
	}
	return p
}

// badLink says why a path cannot be followed. os.Root reports a link that leads
// out of the repo by an error without a type of its own.
func (l *loader) badLink(p string, err error) problem.Problem {
	info, linkErr := l.root.Lstat(p)
	if linkErr != nil || info.Mode()&os.ModeSymlink == 0 || errors.Is(err, fs.ErrPermission) {
		return unreadable(l.show(p), err)
	}
	return problem.Problem{File: l.show(p), Summary: "the symbolic link cannot be followed", Detail: reason(err),
		Hint: "Links are relative and lead to something inside the config repo."}
}

// reason is an error without the operation and the path.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

func sortByPlace(problems problem.List) {
	slices.SortStableFunc(problems, func(a, b problem.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
