package registry

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Image returns a base image for linux/amd64. Its manifest and config are read
// now, from the cache without any request when a digest is given and the cache has
// them. Its layers are read when somebody reads them, with the same context, and
// kept in the cache. The image and its descriptors are as the registry has them:
// a Docker image's layers keep Docker's media types.
func (c *Client) Image(ctx context.Context, reference string) (v1.Image, error) {
	ref, err := c.parseReference(reference)
	if err != nil {
		return nil, err
	}
	m, err := c.resolve(ctx, ref)
	if err != nil {
		return nil, c.explainBase(reference, ref.Context(), err)
	}
	core := &baseImage{ctx: ctx, c: c, repo: ref.Context(), m: m}
	full, err := partial.CompressedToImage(core)
	if err != nil {
		return nil, c.explainBase(reference, ref.Context(), err)
	}
	return &remoteImage{Image: full, core: core}, nil
}

// baseImage implements partial.CompressedImageCore.
type baseImage struct {
	ctx  context.Context
	c    *Client
	repo name.Repository
	m    *baseManifest
}

// RawManifest implements partial.CompressedImageCore.
func (i *baseImage) RawManifest() ([]byte, error) { return i.m.raw, nil }

// RawConfigFile implements partial.CompressedImageCore.
func (i *baseImage) RawConfigFile() ([]byte, error) { return i.m.config, nil }

// MediaType implements partial.CompressedImageCore.
func (i *baseImage) MediaType() (types.MediaType, error) { return mediaTypeOf(i.m.raw) }

// LayerByDigest implements partial.CompressedImageCore.
func (i *baseImage) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	if h == i.m.parsed.Config.Digest {
		return partial.ConfigLayer(i)
	}
	for n, d := range i.m.parsed.Layers {
		if d.Digest == h {
			return i.layer(n), nil
		}
	}
	return nil, fmt.Errorf("the image has no layer %s", h)
}

func (i *baseImage) layer(n int) *layer {
	return &layer{image: i, desc: i.m.parsed.Layers[n], diffID: i.m.diffIDs[n]}
}

// remoteImage is a base image whose layers know where they come from, so that
// they can be mounted there.
type remoteImage struct {
	v1.Image
	core *baseImage
}

// Layers implements v1.Image.
func (i *remoteImage) Layers() ([]v1.Layer, error) {
	layers := make([]v1.Layer, len(i.core.m.diffIDs))
	for n := range layers {
		layers[n] = i.core.layer(n)
	}
	return layers, nil
}

// LayerByDigest implements v1.Image.
func (i *remoteImage) LayerByDigest(h v1.Hash) (v1.Layer, error) {
	for n, d := range i.core.m.parsed.Layers {
		if d.Digest == h {
			return i.core.layer(n), nil
		}
	}
	return i.Image.LayerByDigest(h)
}

// LayerByDiffID implements v1.Image.
func (i *remoteImage) LayerByDiffID(h v1.Hash) (v1.Layer, error) {
	if n := slices.Index(i.core.m.diffIDs, h); n >= 0 {
		return i.core.layer(n), nil
	}
	return i.Image.LayerByDiffID(h)
}

// layer implements v1.Layer.
type layer struct {
	image  *baseImage
	desc   v1.Descriptor
	diffID v1.Hash
}

func (l *layer) origin() name.Repository { return l.image.repo }

// Digest implements v1.Layer.
func (l *layer) Digest() (v1.Hash, error) { return l.desc.Digest, nil }

// Size implements v1.Layer.
func (l *layer) Size() (int64, error) { return l.desc.Size, nil }

// MediaType implements v1.Layer.
func (l *layer) MediaType() (types.MediaType, error) { return l.desc.MediaType, nil }

// Descriptor is what the manifest says of the layer; see partial.Descriptor.
func (l *layer) Descriptor() (*v1.Descriptor, error) { return l.desc.DeepCopy(), nil }

// DiffID implements v1.Layer.
func (l *layer) DiffID() (v1.Hash, error) { return l.diffID, nil }

// Compressed implements v1.Layer.
func (l *layer) Compressed() (io.ReadCloser, error) {
	return l.image.c.openBlob(l.image.ctx, l.image.repo, l.desc)
}

// Uncompressed implements v1.Layer.
func (l *layer) Uncompressed() (io.ReadCloser, error) {
	full, err := partial.CompressedToLayer(l)
	if err != nil {
		return nil, err
	}
	return full.Uncompressed()
}
