package config

import (
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// checkWithin refuses a path that leaves o.within. What does not exist leaves
// nothing: its folder is looked at instead.
func checkWithin(path string, o options) error {
	if o.within == "" {
		return nil
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		if real, err = filepath.EvalSymlinks(filepath.Dir(path)); err != nil {
			return nil // the folder is missing too; reading or writing says so
		}
		real = filepath.Join(real, filepath.Base(path))
	}
	dir, err := filepath.EvalSymlinks(o.within)
	if err != nil {
		return problem.Problem{File: o.shown, Summary: "the config repo cannot be read", Detail: reason(err)}
	}
	rel, err := relative(dir, real)
	if err != nil || !filepath.IsLocal(rel) {
		return problem.Problem{
			File: o.shown, Summary: "the file lies outside the config repo", Detail: "a symbolic link leads out of it",
			Hint: "keep the file itself in the config repo",
		}
	}
	return nil
}

func relative(dir, path string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	return filepath.Rel(dir, path)
}
