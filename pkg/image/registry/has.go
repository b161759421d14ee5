package registry

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Has says whether a repository has an image of a digest, under whatever tag or none.
// It is one request, as Find is. No such repository has none, and that is no error.
func (c *Client) Has(ctx context.Context, repositoryURL, digest string) (bool, error) {
	repo, err := c.parseRepository(repositoryURL)
	if err != nil {
		return false, err
	}
	hash, err := v1.NewHash(digest)
	if err != nil {
		return false, badDigest(repo, digest)
	}
	_, found, err := c.head(ctx, target{repo: repo, action: transport.PullScope}, repo.Digest(hash.String()))
	if err != nil {
		return false, c.explain(finding, repo, v1.Hash{}, err)
	}
	return found, nil
}

func badDigest(repo name.Repository, digest string) error {
	return problem.Problem{
		Resource: repo.Name(), Summary: "the digest is not one that registries take",
		Detail: fmt.Sprintf("%q is given; a digest is sha256: and 64 hexadecimal digits", clean(digest)),
		Hint:   "Name the image as it was pushed: dorc image ls shows the digests.",
	}
}
