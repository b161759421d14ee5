package registry

import (
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// keeping is a blob on its way into the cache. Its methods work on nil, and it
// gives up at the first failure: a full disk must not stop a download that is
// passed on.
type keeping struct {
	file *os.File
	path string
}

func (c cache) create(digest v1.Hash) *keeping {
	if c.dir == "" {
		return nil
	}
	path := c.path(digest)
	if os.MkdirAll(filepath.Dir(path), 0o755) != nil {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return nil
	}
	return &keeping{file: f, path: path}
}

// Write implements io.Writer. It never fails.
func (k *keeping) Write(p []byte) (int, error) {
	if k != nil && k.file != nil {
		if _, err := k.file.Write(p); err != nil {
			k.abort()
		}
	}
	return len(p), nil
}

func (k *keeping) commit() {
	if k == nil || k.file == nil {
		return
	}
	name := k.file.Name()
	if err := k.file.Close(); err != nil || os.Rename(name, k.path) != nil {
		_ = os.Remove(name)
	}
	k.file = nil
}

func (k *keeping) abort() {
	if k == nil || k.file == nil {
		return
	}
	_ = k.file.Close()
	_ = os.Remove(k.file.Name())
	k.file = nil
}
