package objects

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotEmpty says that a bucket has objects or older versions.
var ErrNotEmpty = errors.New("the bucket is not empty")

// Discard removes a bucket's folder and what is kept beside its objects. Unless
// force says so, a bucket with objects or older versions stays, and the error is
// ErrNotEmpty.
func Discard(folder, meta string, force bool) error {
	if !force {
		for _, dir := range []string{folder, filepath.Join(meta, "versions")} {
			found, err := hasFile(dir)
			if err != nil {
				return err
			}
			if found {
				return ErrNotEmpty
			}
		}
	}
	return errors.Join(os.RemoveAll(folder), os.RemoveAll(meta))
}

// hasFile reports whether there is a file: buckets have no folders, so empty ones do not count.
func hasFile(dir string) (bool, error) {
	found := false
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case !e.IsDir():
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found, err
}
