package registry

import (
	"bytes"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// parcel is an image that is ready to be sent.
type parcel struct {
	ref       name.Tag
	digest    v1.Hash
	manifest  []byte
	mediaType types.MediaType
	blobs     []blob
}

// blob is a layer or a config. origin is the repository that it came from, or
// empty.
type blob struct {
	desc   v1.Descriptor
	open   func() (io.ReadCloser, error)
	layer  v1.Layer
	origin name.Repository
}

// originated is implemented by the layers of Client.Image.
type originated interface{ origin() name.Repository }

// newParcel reads what an image consists of; it opens no layer that knows its
// digest. Each blob is listed once. Layers that may not be distributed
// (non-distributable media types) stay where they are.
func newParcel(ref name.Tag, image v1.Image) (*parcel, error) {
	p := &parcel{ref: ref}
	var err error
	if p.manifest, err = image.RawManifest(); err != nil {
		return nil, err
	}
	if p.digest, _, err = v1.SHA256(bytes.NewReader(p.manifest)); err != nil {
		return nil, err
	}
	if p.mediaType, err = image.MediaType(); err != nil {
		return nil, err
	}
	m, err := image.Manifest()
	if err != nil {
		return nil, err
	}
	seen := map[v1.Hash]bool{}
	for _, d := range m.Layers {
		if seen[d.Digest] || !d.MediaType.IsDistributable() {
			continue
		}
		seen[d.Digest] = true
		l, err := image.LayerByDigest(d.Digest)
		if err != nil {
			return nil, err
		}
		p.blobs = append(p.blobs, blob{desc: d, open: l.Compressed, layer: l, origin: originOf(l)})
	}
	config, err := image.RawConfigFile()
	if err != nil {
		return nil, err
	}
	p.blobs = append(p.blobs, blob{desc: m.Config, open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(config)), nil
	}})
	return p, nil
}

func originOf(l v1.Layer) name.Repository {
	switch l := l.(type) {
	case originated:
		return l.origin()
	case *remote.MountableLayer:
		return l.Reference.Context()
	}
	return name.Repository{}
}

func (p *parcel) digests() []v1.Hash {
	digests := make([]v1.Hash, len(p.blobs))
	for i, b := range p.blobs {
		digests[i] = b.desc.Digest
	}
	return digests
}
