package registry

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

var (
	imageTypes = []types.MediaType{types.OCIManifestSchema1, types.DockerManifestSchema2}
	indexTypes = []types.MediaType{types.OCIImageIndex, types.DockerManifestList}
	accepted   = func() string {
		var all []string
		for _, t := range append(append([]types.MediaType{}, imageTypes...), indexTypes...) {
			all = append(all, string(t))
		}
		return strings.Join(all, ", ")
	}()
)

// Find returns the digest of the image under a tag. It is one HEAD request, after
// a greeting for each registry and, where the registry wants that, a login. found
// is false, and no error, when there is no such repository or no such tag.
func (c *Client) Find(ctx context.Context, repositoryURL, tag string) (digest string, found bool, err error) {
	repo, err := c.parseRepository(repositoryURL)
	if err != nil {
		return "", false, err
	}
	ref, err := parseTag(repo, tag)
	if err != nil {
		return "", false, err
	}
	hash, found, err := c.head(ctx, target{repo: repo, action: transport.PullScope}, ref)
	if err != nil {
		return "", false, c.explain(finding, repo, v1.Hash{}, err)
	}
	if !found {
		return "", false, nil
	}
	return hash.String(), true, nil
}

// head asks for the digest of a manifest. A registry that does not say it in the
// header is asked for the manifest.
func (c *Client) head(ctx context.Context, t target, ref name.Reference) (digest v1.Hash, found bool, err error) {
	err = c.try(ctx, t, nil, func(s *session) error {
		digest, found, err = s.head(ctx, ref)
		return err
	})
	return digest, found, err
}

func (s *session) head(ctx context.Context, ref name.Reference) (v1.Hash, bool, error) {
	r := &http.Request{Method: http.MethodHead, URL: s.url("manifests/" + ref.Identifier()), Header: http.Header{"Accept": {accepted}}}
	resp, err := s.do(ctx, r, nil, http.StatusOK, http.StatusNotFound)
	if err != nil {
		return v1.Hash{}, false, err
	}
	discard(resp)
	if resp.StatusCode == http.StatusNotFound {
		return v1.Hash{}, false, nil
	}
	if digest, err := v1.NewHash(resp.Header.Get("Docker-Content-Digest")); err == nil {
		return digest, true, nil
	}
	_, digest, err := s.manifest(ctx, ref)
	return digest, err == nil, err
}

// parseTag checks a tag: letters, digits, "_", "-", "."; at most 128.
func parseTag(repo name.Repository, tag string) (name.Tag, error) {
	options := []name.Option{name.StrictValidation}
	if repo.Scheme() == "http" {
		options = append(options, name.Insecure)
	}
	ref, err := name.NewTag(repo.Name()+":"+tag, options...)
	if err != nil || ref.TagStr() != tag {
		return name.Tag{}, badTag(repo, tag)
	}
	return ref, nil
}
