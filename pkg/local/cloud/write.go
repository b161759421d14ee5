package cloud

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Folders and files are the owner's alone: documents describe infrastructure,
// and one of them may hold what its author forgot to mark as secret.
const (
	folderMode = 0o700
	fileMode   = 0o600
)

// stale is the age from which a temporary file belongs to no living writer.
const stale = time.Hour

// temporary is the folder of files that are not complete yet. It is one for all
// documents, so that what a killed process left is found without a search.
func (s *Store) temporary() string { return filepath.Join(s.layout.Dir, "tmp") }

// sweep removes temporary files that a killed process left.
func (s *Store) sweep() error {
	entries, err := os.ReadDir(s.temporary())
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < stale {
			continue // gone already, or in use
		}
		if err := os.Remove(filepath.Join(s.temporary(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// stage writes data to a temporary file, durably, and returns its path.
func (s *Store) stage(data []byte) (path string, err error) {
	f, err := os.CreateTemp(s.temporary(), "new-*")
	if errors.Is(err, fs.ErrNotExist) { // someone removed the folder while we run
		if err = os.MkdirAll(s.temporary(), folderMode); err == nil {
			f, err = os.CreateTemp(s.temporary(), "new-*")
		}
	}
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("writing %s: %w", f.Name(), err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// WriteFile puts a file into the local cloud, such as an object into a bucket's
// folder, atomically and durably. Folders on the way are made.
func (s *Store) WriteFile(path string, data []byte) error {
	if err := s.makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	staged, err := s.stage(data)
	if err != nil {
		return err
	}
	if err := os.Rename(staged, path); err != nil {
		return errors.Join(err, os.Remove(staged))
	}
	return syncFolder(filepath.Dir(path))
}

// makeFolder makes a folder and its parents, and syncs what names them.
func (s *Store) makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(dir)
	if dir != s.layout.Dir {
		if err := s.makeFolder(parent); err != nil {
			return err
		}
	} else if err := os.MkdirAll(parent, folderMode); err != nil {
		return err
	}
	if err := os.Mkdir(dir, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

// syncFolder makes a folder's entries durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // a folder of the store
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
