package layer

import (
	"compress/gzip"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
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

var (
	_ partial.CompressedLayer = (*file)(nil)
	_ partial.WithDiffID      = (*file)(nil)
)

// Digest implements partial.CompressedLayer.
func (f *file) Digest() (v1.Hash, error) { return f.description.Digest, nil }

// DiffID implements partial.WithDiffID.
func (f *file) DiffID() (v1.Hash, error) { return f.description.DiffID, nil }

// Size implements partial.CompressedLayer.
func (f *file) Size() (int64, error) { return f.description.Size, nil }

// MediaType implements partial.CompressedLayer.
func (f *file) MediaType() (types.MediaType, error) { return types.OCILayer, nil }

// Compressed implements partial.CompressedLayer.
func (f *file) Compressed() (io.ReadCloser, error) { return os.Open(f.path) }

// compress writes the layer and describes it. The gzip header has neither a name
// nor a time.
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
