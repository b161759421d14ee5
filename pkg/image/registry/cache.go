package registry

import (
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// errDamaged is a cached blob that is not what its name says. It is removed when
// that is found, so the next reading asks the registry.
var errDamaged = errors.New("the cached copy was damaged and has been removed")

// cache keeps blobs in files, named by their digests as in an OCI layout. What is
// read from it is checked; what cannot be written to it is not kept. The zero
// value keeps nothing.
type cache struct{ dir string }

func (c cache) path(digest v1.Hash) string {
	return filepath.Join(c.dir, "blobs", digest.Algorithm, digest.Hex)
}

// get returns a small blob.
func (c cache) get(digest v1.Hash) ([]byte, bool) {
	if c.dir == "" {
		return nil, false
	}
	data, err := os.ReadFile(c.path(digest))
	if err != nil {
		return nil, false
	}
	if got, err := digestOf(digest.Algorithm, data); err != nil || got != digest {
		_ = os.Remove(c.path(digest))
		return nil, false
	}
	return data, true
}

// put keeps a small blob, which the caller has checked.
func (c cache) put(digest v1.Hash, data []byte) {
	keep := c.create(digest)
	_, _ = keep.Write(data)
	keep.commit()
}

// open returns a blob for reading, or nil. When the file is not the blob, the last
// bytes are not given out: errDamaged is.
func (c cache) open(digest v1.Hash, size int64) io.ReadCloser {
	if c.dir == "" {
		return nil
	}
	f, err := os.Open(c.path(digest))
	if err != nil {
		return nil
	}
	hasher, err := v1.Hasher(digest.Algorithm)
	info, statErr := f.Stat()
	if err != nil || statErr != nil || info.Size() != size {
		_ = f.Close()
		_ = os.Remove(c.path(digest))
		return nil
	}
	return &checkedFile{File: f, hasher: hasher, digest: digest, left: size}
}

// checkedFile is a cached blob that is compared with its digest while it is read.
type checkedFile struct {
	*os.File
	hasher hash.Hash
	digest v1.Hash
	left   int64
}

// Read implements io.Reader.
func (f *checkedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	_, _ = f.hasher.Write(p[:n])
	if f.left -= int64(n); (f.left <= 0 || err == io.EOF) && !matches(f.hasher, f.digest) {
		_ = os.Remove(f.Name())
		return 0, errDamaged
	}
	return n, err
}

// WriteTo hides os.File's own, which would pass by Read.
func (f *checkedFile) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{f})
}
