package registry

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Delete takes a tag away. ECR removes the image with its last tag. What is gone
// already is no error.
//
// A registry that deletes no tags (a plain registry 2.8, or one with deleting
// switched off) keeps it: that is no error either, or a stack there could never
// be destroyed; Progress hears of it with State Kept. The image is then not
// deleted by its digest, because that would take it from the other tags that it
// has, another environment's for instance.
func (c *Client) Delete(ctx context.Context, repositoryURL, tag string) error {
	repo, err := c.parseRepository(repositoryURL)
	if err != nil {
		return err
	}
	ref, err := parseTag(repo, tag)
	if err != nil {
		return err
	}
	if host, ok := c.keys.ecr(repo.RegistryStr()); ok {
		err = c.deleteFromECR(ctx, host, ref)
	} else {
		err = c.deleteTag(ctx, ref)
	}
	return c.explain(deleting, repo, v1.Hash{}, err)
}

func (c *Client) deleteTag(ctx context.Context, ref name.Tag) error {
	t := target{repo: ref.Context(), action: transport.DeleteScope}
	err := c.try(ctx, t, nil, func(s *session) error {
		resp, err := s.do(ctx, &http.Request{Method: http.MethodDelete, URL: s.url("manifests/" + ref.TagStr()), Header: http.Header{}}, nil,
			http.StatusAccepted, http.StatusOK, http.StatusNoContent, http.StatusNotFound)
		if err != nil {
			return err
		}
		discard(resp)
		return nil
	})
	if statusIs(err, http.StatusMethodNotAllowed, http.StatusNotImplemented) || hasCode(err, "UNSUPPORTED") ||
		(statusIs(err, http.StatusBadRequest) && hasCode(err, "DIGEST_INVALID")) {
		c.options.Progress(Event{Repository: ref.Context().Name(), State: Kept, Attempt: 1,
			Reason: "the registry deletes no tags; " + ref.TagStr() + " stays there"})
		return nil
	}
	return err
}

// deleteFromECR uses ECR's own API, whose permission (ecr:BatchDeleteImage) people
// have, and which the registry protocol's DELETE does not always reach.
func (c *Client) deleteFromECR(ctx context.Context, host ecrHost, ref name.Tag) error {
	api, err := c.keys.token(host).client(ctx)
	if err != nil {
		return err
	}
	out, err := api.BatchDeleteImage(ctx, &ecr.BatchDeleteImageInput{
		RegistryId:     aws.String(host.account),
		RepositoryName: aws.String(ref.Context().RepositoryStr()),
		ImageIds:       []types.ImageIdentifier{{ImageTag: aws.String(ref.TagStr())}},
	})
	var gone *types.RepositoryNotFoundException
	if errors.As(err, &gone) {
		return nil
	}
	if err != nil {
		return apiError{action: "ecr:BatchDeleteImage", err: err}
	}
	for _, f := range out.Failures {
		if f.FailureCode != types.ImageFailureCodeImageNotFound {
			return apiError{action: "ecr:BatchDeleteImage", err: errors.New(string(f.FailureCode) + ": " + aws.ToString(f.FailureReason))}
		}
	}
	return nil
}

// apiError is an answer of ECR's API that says no. The SDK has tried again where
// that helps.
type apiError struct {
	action string
	err    error
}

func (e apiError) Error() string { return e.err.Error() }
func (e apiError) Unwrap() error { return e.err }
