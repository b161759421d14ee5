package state

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// tempDir is where files grow before they get their names. They do not grow
// beside those: a stock CLI would take one in the lock folder for a lock.
const tempDir = ".pulumi/journals/tmp"

// tempAge is when a temporary file certainly has no writer any more.
const tempAge = time.Hour

// temp writes a new file durably and returns its name.
func (b dirBucket) temp(fill func(*os.File) error) (string, error) {
	tmp := b.tempName()
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(tmp), 0o755); err != nil {
			return "", err
		}
		f, err = os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return "", err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, removeFile(tmp))
	}
	return tmp, nil
}

func (b dirBucket) tempName() string { return filepath.Join(b.path(tempDir), rand.Text()) }

// sweep removes temporary files of processes that were killed.
func (b dirBucket) sweep(now time.Time) error {
	entries, err := os.ReadDir(b.path(tempDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && now.Sub(info.ModTime()) > tempAge {
			err = removeFile(filepath.Join(b.path(tempDir), e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// move gives a file its name, in a folder that may not exist yet.
func move(tmp, path string, how func(tmp, path string) error) error {
	err := how(tmp, path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		err = how(tmp, path)
	}
	return err
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the names in dir durable. Windows does that with the rename and
// has no call for it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
