package image

import (
	"context"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Pusher puts images into repositories. A repository is its URL without a tag.
// Every method may be called from several goroutines.
type Pusher interface {
	// Push stores the image under an immutable tag and returns its digest. An
	// image that is there already is not stored again.
	Push(ctx context.Context, repositoryURL, tag string, image v1.Image) (digest string, err error)
	// Find returns the digest of the image that has the tag. It finds nothing, and
	// that is no error, when there is no such tag or no such repository.
	Find(ctx context.Context, repositoryURL, tag string) (digest string, found bool, err error)
	// Has says whether the repository has an image of a digest, under whatever tag or none.
	Has(ctx context.Context, repositoryURL, digest string) (bool, error)
	// Delete takes the tag away, and the image with its last tag, as ECR does.
	// What is gone already is no error.
	Delete(ctx context.Context, repositoryURL, tag string) error
}

// repositoryName is a repository's name without the registry's host.
func repositoryName(repositoryURL string) string {
	_, name, found := strings.Cut(repositoryURL, "/")
	if !found {
		return repositoryURL
	}
	return name
}
