package layer

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// Keep is how long a layer stays in the cache after it was used last.
const Keep = 30 * 24 * time.Hour

// format is changed when the same entries give other bytes.
const format = "dorc layer 2"

// Cache makes layers and keeps them in files, so that each is made once. Several
// goroutines and processes may use one folder.
type Cache struct {
	// Dir is the folder; it is made when it is not there.
	Dir string

	sweeping sync.Once
}

// Layer is the layer of these files: the one made before, or a new one.
func (c *Cache) Layer(entries []Entry) (v1.Layer, error) {
	c.sweeping.Do(c.sweep)
	entries = sorted(entries)
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(c.Dir, key(entries)+".tar.gz")
	if found := c.find(path); found != nil {
		return found, nil
	}
	unlock, err := lockedfile.MutexAt(path + ".lock").Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if found := c.find(path); found != nil {
		return found, nil
	}
	made, err := write(path, entries)
	if err != nil {
		return nil, err
	}
	return made, nil
}

// find returns the layer in the file when it and its description are whole.
func (c *Cache) find(path string) *file {
	data, err := os.ReadFile(describedIn(path))
	if err != nil {
		return nil
	}
	found := &file{path: path}
	if err := json.Unmarshal(data, &found.description); err != nil {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() != found.description.Size {
		return nil
	}
	now := time.Now()
	if now.Sub(info.ModTime()) > time.Hour {
		_ = os.Chtimes(path, now, now) // it would only be swept too early
	}
	return found
}

func describedIn(path string) string { return strings.TrimSuffix(path, ".tar.gz") + ".json" }

// write makes the layer beside its place and puts it there as a whole, its
// description last.
func write(path string, entries []Entry) (*file, error) {
	made := &file{path: path}
	err := atomically(path, func(w *bufio.Writer) (err error) {
		made.description, err = compress(w, entries)
		return err
	})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(made.description)
	if err != nil {
		return nil, err
	}
	err = atomically(describedIn(path), func(w *bufio.Writer) error {
		_, err := w.Write(data)
		return err
	})
	return made, err
}

func atomically(path string, fill func(*bufio.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), halfWritten+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when it was renamed
	w := bufio.NewWriterSize(f, 1<<20)
	err = fill(w)
	if err == nil {
		err = w.Flush()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// halfWritten begins the name of a file that is not whole yet.
const halfWritten = ".new-"

// sweep removes what was not used for long, and what killed processes left. The
// cache works without it, so its errors are of no consequence.
func (c *Cache) sweep() {
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		keep := Keep
		if strings.HasPrefix(e.Name(), halfWritten) {
			keep = 24 * time.Hour
		}
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < keep {
			continue
		}
		path := filepath.Join(c.Dir, e.Name())
		switch {
		case strings.HasSuffix(path, ".json"):
			if _, err := os.Stat(strings.TrimSuffix(path, ".json") + ".tar.gz"); errors.Is(err, fs.ErrNotExist) {
				_ = os.Remove(path)
			}
		default:
			_ = os.Remove(path)
		}
	}
}

// key names a layer by everything that decides its bytes.
func key(entries []Entry) string {
	h := sha256.New()
	field := func(value []byte) {
		// Writing to a hash never fails.
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(value))))
		h.Write(value)
	}
	field([]byte(format))
	for _, e := range entries {
		mode := byte(0)
		if e.Executable {
			mode = 1
		}
		field([]byte(e.Name))
		field([]byte{mode})
		field(e.Hash[:])
		if e.Link != "" {
			field([]byte("link"))
			field([]byte(e.Link))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:40]
}
