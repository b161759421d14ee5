package image

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// RegistryPusher stands where the push to ECR will be. It refuses everything.
type RegistryPusher struct{}

func (RegistryPusher) refuse(repositoryURL string) error {
	return problem.Problem{
		Resource: repositoryURL,
		Summary:  "this version does not push images to ECR",
		Detail:   "it can push them to the local cloud only",
		Hint:     "Set DORC_TARGET=local to apply and run the pipeline on this machine.",
	}
}

// Push implements Pusher.
func (p RegistryPusher) Push(_ context.Context, repositoryURL, _ string, _ v1.Image) (string, error) {
	return "", p.refuse(repositoryURL)
}

// Has implements Pusher.
func (p RegistryPusher) Has(_ context.Context, repositoryURL, _, _ string) (bool, error) {
	return false, p.refuse(repositoryURL)
}

// Delete implements Pusher.
func (p RegistryPusher) Delete(_ context.Context, repositoryURL, _ string) error {
	return p.refuse(repositoryURL)
}
