package image

import (
	"context"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Has says whether a repository has an image of a digest. One that lacks a part is not
// there, and no such repository has none.
func (p *LocalPusher) Has(_ context.Context, repositoryURL, digest string) (bool, error) {
	name := repositoryName(repositoryURL)
	if found, err := p.exists(name); err != nil || !found {
		return false, err
	}
	dir := layout.Path(p.layout.Images(name))
	index, err := readIndex(dir)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(index.Manifests, func(d v1.Descriptor) bool { return d.Digest.String() == digest && hasImage(dir, d) }), nil
}
