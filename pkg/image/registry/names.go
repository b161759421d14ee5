package registry

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const tagTakenSummary = "the tag belongs to another image already"

// tagTaken is a tag that would have to be moved. Tags are never moved: what runs
// under one must stay what was deployed.
func tagTaken(ref name.Tag, has, want v1.Hash) error {
	return problem.Problem{
		Resource: ref.Context().Name(),
		Summary:  tagTakenSummary,
		Detail:   fmt.Sprintf("%s is %s there, and the image to push is %s; a tag is never moved", ref.TagStr(), has, want),
		Hint:     "The same inputs gave another image. If the image there is not wanted, delete the tag from the repository and run the command again.",
	}
}

func isTagTaken(err error) bool {
	var p problem.Problem
	return errors.As(err, &p) && p.Summary == tagTakenSummary
}

func badName(repositoryURL string, err error) error {
	return problem.Problem{
		Resource: redactUser(repositoryURL),
		Summary:  "the repository's name is not one that registries take",
		Detail:   redactUser(reason(err)),
		Hint:     "A repository is a host and a path in lower case, without https:// and without a tag.",
	}
}

func badReference(reference string, err error) error {
	return problem.Problem{
		Resource: redactUser(reference),
		Summary:  "the base image's name is not one that registries take",
		Detail:   redactUser(reason(err)),
		Hint:     "Write it as in FROM, without https://: public.ecr.aws/lambda/python:3.12",
	}
}

// redactUser takes "user:password@" away from what should be a name. A digest's @
// stays.
func redactUser(s string) string {
	s = clean(s)
	for {
		before, after, found := strings.Cut(s, "@")
		if !found || strings.HasPrefix(after, "sha256:") {
			return s
		}
		start := strings.LastIndexAny(before, " \"/") + 1
		s = before[:start] + after
	}
}
