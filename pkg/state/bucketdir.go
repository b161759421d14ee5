package state

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// dirBucket is a bucket in a folder: what file:// means. It does without
// gocloud's fileblob, which neither syncs nor compares before it replaces.
type dirBucket struct{ root string }

func (b dirBucket) path(key string) string { return filepath.Join(b.root, filepath.FromSlash(key)) }

func (b dirBucket) location(key string) string { return b.path(key) }

func (b dirBucket) close() error { return nil }

func (b dirBucket) read(_ context.Context, key string) ([]byte, string, error) {
	data, err := os.ReadFile(b.path(key))
	if err != nil {
		return nil, "", err
	}
	return data, fingerprint(data), nil
}

// fingerprint is the SHA-256 of data in hex.
func fingerprint(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (b dirBucket) write(ctx context.Context, key string, data []byte, c condition) error {
	path := b.path(key)
	if c.version != "" {
		_, version, err := b.read(ctx, key)
		if err != nil && !errors.Is(err, errNotFound) {
			return err
		}
		if version != c.version {
			return errChanged
		}
	}
	tmp, err := b.temp(func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	if c.absent {
		err = move(tmp, path, publishNew)
	} else if err = move(tmp, path, os.Rename); err == nil {
		err = b.dropAttributes(path)
	}
	if err != nil {
		return errors.Join(err, removeFile(tmp))
	}
	return syncDir(filepath.Dir(path))
}

// publishNew gives tmp the name path, unless path exists.
func publishNew(tmp, path string) error {
	err := os.Link(tmp, path)
	if errors.Is(err, fs.ErrExist) {
		return errChanged
	}
	if err != nil {
		return err
	}
	return os.Remove(tmp)
}

// dropAttributes removes the file in which the stock CLI's driver keeps type and
// checksum of what it wrote; they would be wrong for our value.
func (b dirBucket) dropAttributes(path string) error { return removeFile(path + ".attrs") }

func (b dirBucket) remove(_ context.Context, key string) error {
	path := b.path(key)
	if err := removeFile(path); err != nil {
		return err
	}
	return b.dropAttributes(path)
}

func (b dirBucket) keep(ctx context.Context, dst, src string) error {
	path := b.path(dst)
	tmp := b.tempName()
	if err := os.Link(b.path(src), tmp); err != nil {
		// Some file systems have no links.
		return b.copy(ctx, dst, src)
	}
	// Between two links of one file rename does nothing and leaves both
	// (rename(2)), so the temporary name is removed either way.
	renameErr := os.Rename(tmp, path)
	if err := errors.Join(renameErr, removeFile(tmp)); err != nil {
		return err
	}
	return b.dropAttributes(path)
}

func (b dirBucket) copy(_ context.Context, dst, src string) error {
	in, err := os.Open(b.path(src))
	if err != nil {
		return err
	}
	defer in.Close()
	path := b.path(dst)
	tmp, err := b.temp(func(out *os.File) error {
		_, err := io.Copy(out, in)
		return err
	})
	if err != nil {
		return err
	}
	if err := move(tmp, path, os.Rename); err != nil {
		return errors.Join(err, removeFile(tmp))
	}
	return nil
}

func (b dirBucket) list(_ context.Context, prefix string) ([]object, error) {
	dir, base := filepath.Split(b.path(prefix))
	if strings.HasSuffix(prefix, "/") {
		dir, base = b.path(prefix), ""
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	keyDir := prefix[:strings.LastIndex(prefix, "/")+1]
	var found []object
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasPrefix(name, base) || strings.HasSuffix(name, ".attrs") {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, object{key: keyDir + name, modified: info.ModTime()})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].key < found[j].key })
	return found, nil
}

func (b dirBucket) variants(_ context.Context, key string, suffixes ...string) ([]object, error) {
	var found []object
	for _, suffix := range suffixes {
		info, err := os.Stat(b.path(key + suffix))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, object{key: key + suffix, modified: info.ModTime()})
	}
	return found, nil
}

func (b dirBucket) guarded(_ context.Context, key string, fn func() error) error {
	path := b.path(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(path).Lock()
	if err != nil {
		return fmt.Errorf("guarding the stack's files: %w", err)
	}
	defer unlock()
	return fn()
}
