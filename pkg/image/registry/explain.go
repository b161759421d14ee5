package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// doing is what was tried when something failed.
type doing int

const (
	pushing doing = iota
	finding
	deleting
	pulling
)

// failure is all that is known of a failure when it is put into words.
type failure struct {
	doing  doing
	repo   name.Repository
	digest v1.Hash
	tries  int
	source string
	err    error
	status *statusError
}

// explain turns an error into a problem.Problem that names the repository, and
// the layer when digest is not empty. The end of a context and what is a problem
// already stay as they are.
func (c *Client) explain(what doing, repo name.Repository, digest v1.Hash, err error) error {
	var already problem.Problem
	if err == nil || errors.As(err, &already) || errors.Is(err, context.Canceled) || (errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, errSilent)) {
		return err
	}
	f := failure{doing: what, repo: repo, digest: digest, err: err}
	var t tried
	if errors.As(err, &t) {
		f.tries, f.source = t.tries, t.source
	}
	_ = errors.As(err, &f.status)
	p := f.words()
	p.Resource = repo.Name()
	if digest != (v1.Hash{}) {
		p.Detail = "layer " + digest.String() + ": " + p.Detail
	}
	if f.tries > 1 {
		p.Detail += fmt.Sprintf(" (tried %d times)", f.tries)
	}
	return p
}

// explainBase is explain for base images, where a repository that does not exist
// is another person's mistake.
func (c *Client) explainBase(reference string, repo name.Repository, err error) error {
	var platform platformError
	switch {
	case errors.As(err, &platform):
		return problem.Problem{
			Resource: clean(reference),
			Summary:  "the base image is not for linux/amd64",
			Detail:   "it is for " + strings.Join(platform.has, ", "),
			Hint:     "Choose a base image that has linux/amd64; functions run there.",
		}
	case statusIs(err, 404):
		return problem.Problem{
			Resource: clean(reference),
			Summary:  "the base image does not exist",
			Detail:   repo.RegistryStr() + " has no such image or no such tag",
			Hint:     "Check the name and the tag of base_image, or of FROM in the Dockerfile.",
		}
	case statusIs(err, 401, 403) && !isPrivateECR(repo):
		// Docker Hub and others say so for what is not there, too.
		return problem.Problem{
			Resource: clean(reference),
			Summary:  "the base image does not exist, or needs a login",
			Detail:   repo.RegistryStr() + " does not say which; " + usedCredentials(err),
			Hint:     "Check the name. If the image is private, log in: docker login " + loginHost(repo),
		}
	case errors.Is(err, errProtocol):
		return problem.Problem{
			Resource: clean(reference),
			Summary:  "the base image cannot be used",
			Detail:   reason(err),
			Hint:     "Choose another base image or tag.",
		}
	}
	return c.explain(pulling, repo, v1.Hash{}, err)
}

func usedCredentials(err error) string {
	var t tried
	if errors.As(err, &t) && t.source != "" {
		return "it was asked with " + t.source
	}
	return "it was asked with " + fromAnonymous
}

func loginHost(repo name.Repository) string {
	if repo.RegistryStr() == name.DefaultRegistry {
		return "docker.io"
	}
	return repo.RegistryStr()
}

func isPrivateECR(repo name.Repository) bool {
	_, ok := parseECRHost(repo.RegistryStr(), true)
	return ok
}
