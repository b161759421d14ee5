package objects

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// Attributes are what the sender of an object says of it.
type Attributes struct {
	// Headers are those of HTTP that belong to the object, by canonical name: Content-Type, Cache-Control,
	// X-Amz-Meta-… and so on.
	Headers map[string]string `json:"headers,omitempty"`
	// Metadata is Cloud Storage's own, whose names keep their case.
	Metadata map[string]string `json:"metadata,omitempty"`
}

// Object is an object without its bytes. It is kept beside the object, as JSON.
type Object struct {
	Key string `json:"key"`
	// Size and Modified are those of the file that this describes: a file that someone changed has other ones.
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	// MD5 is in hexadecimal digits, CRC32C (Castagnoli) in base64 as Cloud Storage writes it.
	MD5    string `json:"md5"`
	CRC32C string `json:"crc32c,omitempty"`
	Attributes
	// VersionID is empty in buckets without versioning, and "null" for objects from before it.
	VersionID string `json:"versionId,omitempty"`
	// Changes counts how often the attributes were changed since the object was written, the last time at Changed.
	Changes int64     `json:"changes,omitempty"`
	Changed time.Time `json:"changed,omitzero"`
	// Deleted marks a delete marker.
	Deleted bool `json:"deleted,omitempty"`
}

// Generation is the number that Cloud Storage gives to an object's bytes; a later one is larger.
func (o Object) Generation() int64 { return o.Modified.UnixMicro() }

// sums are an object's checksums, taken while its bytes pass.
type sums struct{ md5, crc hash.Hash }

func newSums() sums { return sums{md5.New(), crc32.New(crc32.MakeTable(crc32.Castagnoli))} }

func (s sums) writer() io.Writer { return io.MultiWriter(s.md5, s.crc) }

func (s sums) hex() string { return hex.EncodeToString(s.md5.Sum(nil)) }

func (s sums) base64() string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, s.crc.(hash.Hash32).Sum32()))
}

func currentMeta(key string) string { return "objects/" + keyFolder(key) + ".json" }

// keyFolder names the folder or file of a key in the metadata: flat, so that no two keys collide.
func keyFolder(key string) string {
	sum := md5.Sum([]byte(key))
	return hex.EncodeToString(sum[:])
}

// describe reads what is kept beside an object's file. A file without, or changed since, is described anew.
func (s *space) describe(key, file string, info fs.FileInfo) (Object, error) {
	var o Object
	data, err := s.meta.ReadFile(currentMeta(key))
	if err == nil {
		if err := json.Unmarshal(data, &o); err == nil && o.Size == info.Size() && o.Modified.Equal(info.ModTime()) && !o.Deleted && o.CRC32C != "" {
			return o, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return o, err
	}
	f, err := s.objects.Open(file)
	if err != nil {
		return o, missing(err)
	}
	defer f.Close()
	h := newSums()
	if _, err := io.Copy(h.writer(), f); err != nil {
		return o, err
	}
	o = Object{Key: key, Size: info.Size(), Modified: info.ModTime(), MD5: h.hex(), CRC32C: h.base64()}
	if s.bucket.Versioned {
		o.VersionID = beforeVersioning
	}
	return o, s.writeJSON(currentMeta(key), o)
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
