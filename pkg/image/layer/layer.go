package layer

import (
	"errors"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/gzip"
)

// description is what is known of a layer without reading it.
type description struct {
	// Digest and Size are of the compressed layer, DiffID and Content of the tar
	// archive in it.
	Digest  v1.Hash `json:"digest"`
	Size    int64   `json:"size"`
	DiffID  v1.Hash `json:"diffId"`
	Content int64   `json:"content"`
}

// file is a compressed layer in a file of the cache.
type file struct {
	description
	path string
}

var _ v1.Layer = (*file)(nil)

// Digest implements v1.Layer.
func (f *file) Digest() (v1.Hash, error) { return f.description.Digest, nil }

// DiffID implements v1.Layer.
func (f *file) DiffID() (v1.Hash, error) { return f.description.DiffID, nil }

// Size implements v1.Layer.
func (f *file) Size() (int64, error) { return f.description.Size, nil }

// MediaType implements v1.Layer.
func (f *file) MediaType() (types.MediaType, error) { return types.OCILayer, nil }

// Compressed implements v1.Layer.
func (f *file) Compressed() (io.ReadCloser, error) { return os.Open(f.path) }

// Path is the file that has the compressed layer. It never changes, and is removed
// when nobody has used the layer for long: who keeps it makes a link.
func (f *file) Path() string { return f.path }

// Uncompressed implements v1.Layer.
func (f *file) Uncompressed() (io.ReadCloser, error) {
	compressed, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, errors.Join(err, compressed.Close())
	}
	return unpacking{z, compressed}, nil
}

// UncompressedSize is what the layer takes when it is unpacked, in bytes: Lambda
// limits that, not what is sent.
func (f *file) UncompressedSize() (int64, error) { return f.Content, nil }

// unpacking closes the compressed file after its reader.
type unpacking struct {
	*gzip.Reader
	compressed io.Closer
}

// Close implements io.Closer.
func (u unpacking) Close() error { return errors.Join(u.Reader.Close(), u.compressed.Close()) }

// compress writes the layer and describes it. The gzip header has neither a name
// nor a time. The library is a third of the time of Go's own, and go.mod holds its
// version: what Go's writes may be other bytes in another version of Go, and a
// layer with other bytes is sent again.
func compress(w io.Writer, entries []Entry) (description, error) {
	compressed, content := newCounter(w), newCounter(nil)
	z := gzip.NewWriter(compressed)
	content.next = z
	if err := writeTar(content, entries); err != nil {
		return description{}, err
	}
	if err := z.Close(); err != nil {
		return description{}, err
	}
	return description{Digest: compressed.sum(), Size: compressed.size, DiffID: content.sum(), Content: content.size}, nil
}
