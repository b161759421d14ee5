package s3

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// metadata is what is kept beside an object, as JSON.
type metadata struct {
	Key string `json:"key"`
	// Size and Modified are those of the file that this describes: a file that someone changed has other ones.
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	MD5      string    `json:"md5"`
	// Headers are the object's own: Content-Type, X-Amz-Meta-… and so on.
	Headers   map[string]string `json:"headers,omitempty"`
	VersionID string            `json:"versionId,omitempty"`
	// Deleted marks a delete marker.
	Deleted bool `json:"deleted,omitempty"`
}

// keptHeaders are the headers of a request that belong to the object.
var keptHeaders = []string{"Content-Type", "Content-Disposition", "Content-Encoding"}

// objectHeaders picks an object's own headers.
func objectHeaders(all map[string]string) map[string]string {
	out := map[string]string{}
	for _, name := range keptHeaders {
		if all[name] != "" {
			out[name] = all[name]
		}
	}
	for name, value := range all {
		if strings.HasPrefix(name, "X-Amz-Meta-") {
			out[name] = value
		}
	}
	return out
}

func currentMeta(key string) string { return "objects/" + keyFolder(key) + ".json" }

// keyFolder names the folder or file of a key in the metadata: flat, so that no two keys collide.
func keyFolder(key string) string {
	sum := md5.Sum([]byte(key))
	return hex.EncodeToString(sum[:])
}

// readMeta reads the metadata of an object's file. A file without, or changed since, is described anew.
func (s *space) readMeta(key, file string, info fs.FileInfo) (metadata, error) {
	var m metadata
	data, err := s.meta.ReadFile(currentMeta(key))
	if err == nil {
		if err := json.Unmarshal(data, &m); err == nil && m.Size == info.Size() && m.Modified.Equal(info.ModTime()) && !m.Deleted {
			return m, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	f, err := s.objects.Open(file)
	if err != nil {
		return m, err
	}
	defer f.Close()
	h := md5.New()
	if _, err := io.Copy(h, f); err != nil {
		return m, err
	}
	m = metadata{Key: key, Size: info.Size(), Modified: info.ModTime(), MD5: hex.EncodeToString(h.Sum(nil)), Headers: map[string]string{"Content-Type": "binary/octet-stream"}}
	if s.bucket.Versioned {
		m.VersionID = "null" // as for objects from before versioning
	}
	return m, s.writeJSON(currentMeta(key), m)
}

func (s *space) writeJSON(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return replace(s.meta, name, func(f *os.File) error {
		_, err := f.Write(append(data, '\n'))
		return err
	})
}

// replace writes a file beside its place and moves it there.
func replace(root *os.Root, name string, write func(*os.File) error) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	temporary := name + ".new-" + randomID()
	f, err := root.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	return nil
}

func randomID() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// newVersionID makes an identifier that sorts by time.
func newVersionID(now time.Time) string {
	return fmt.Sprintf("%016x%s", now.UnixNano(), randomID()[:8])
}
