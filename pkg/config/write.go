package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// writeFile replaces path in one step, so that a reader or a crash never sees
// half a file. It keeps the mode, and follows a symbolic link.
func writeFile(path string, data []byte, shown string) error {
	mode := fs.FileMode(0o644)
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	err := replace(path, data, mode)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return folderMissing(shown)
	case err != nil:
		return problem.Problem{File: shown, Summary: "the file cannot be written", Detail: reason(err), Hint: "it is as it was before"}
	}
	return nil
}

func replace(path string, data []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".Pulumi-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return f.Close()
}
