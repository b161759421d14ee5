package state

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const tempMark = ".dorc-tmp-"

func tempName(path string) string { return path + tempMark + rand.Text()[:10] }

func isTemp(name string) bool { return strings.Contains(name, tempMark) }

// writeTemp writes data beside path, durably, and returns the file's name.
func writeTemp(path string, data []byte) (string, error) {
	return fillTemp(path, func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}

func fillTemp(path string, fill func(*os.File) error) (string, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	tmp := tempName(path)
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
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

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
