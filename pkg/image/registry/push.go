package registry

import (
	"context"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/sync/errgroup"
)

// Push stores the image under a tag that is never moved, and returns its digest.
// It sends what the registry lacks, several blobs at a time, and the tag last: a
// push that fails leaves no tag, and the next one goes on where it ended. An
// image that is there already under the tag is not sent again; another image
// there is an error.
func (c *Client) Push(ctx context.Context, repositoryURL, tag string, image v1.Image) (string, error) {
	repo, err := c.parseRepository(repositoryURL)
	if err != nil {
		return "", err
	}
	ref, err := parseTag(repo, tag)
	if err != nil {
		return "", err
	}
	p, err := newParcel(ref, image)
	if err != nil {
		return "", c.explain(pushing, repo, v1.Hash{}, readError{err})
	}
	if err := c.checkSize(p); err != nil {
		return "", err
	}
	there, err := c.tagged(ctx, p)
	if err != nil || there {
		return p.digest.String(), err
	}
	err = c.pushBlobs(ctx, p)
	if err == nil {
		err = c.pushManifest(ctx, p)
	}
	if hasCode(err, "MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN") {
		// What was there is there no more: once again, without trust in memory.
		c.ledger.forget(repo, p.digests())
		if err = c.pushBlobs(ctx, p); err == nil {
			err = c.pushManifest(ctx, p)
		}
	}
	if err != nil {
		return "", c.explain(pushing, repo, v1.Hash{}, err)
	}
	return p.digest.String(), nil
}

// tagged reports whether the tag has the image already. Another image there is
// an error.
func (c *Client) tagged(ctx context.Context, p *parcel) (bool, error) {
	digest, found, err := c.head(ctx, target{repo: p.ref.Context(), action: transport.PushScope}, p.ref)
	switch {
	case statusIs(err, http.StatusForbidden):
		// Some registries say so for what is not there: the push will tell.
		return false, nil
	case err != nil:
		return false, c.explain(pushing, p.ref.Context(), v1.Hash{}, err)
	case found && digest != p.digest:
		return false, tagTaken(p.ref, digest, p.digest)
	}
	return found, nil
}

func (c *Client) pushBlobs(ctx context.Context, p *parcel) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, b := range p.blobs {
		group.Go(func() error {
			at := place{p.ref.Context(), b.desc.Digest}
			err := c.ledger.once(ctx, at, func() error { return c.bring(ctx, at, b) })
			if err != nil && !isCancellation(err) {
				return c.explain(pushing, at.repo, at.digest, err)
			}
			return err
		})
	}
	return group.Wait()
}

// bring checks for a blob and mounts or sends it.
func (c *Client) bring(ctx context.Context, at place, b blob) (err error) {
	c.event(at, b, Event{State: Checking})
	there, err := c.has(ctx, at, b)
	if err != nil {
		return err
	}
	if there {
		c.ledger.found(at)
		c.event(at, b, Event{State: Exists})
		return nil
	}
	from, first, finish, err := c.ledger.origin(ctx, at)
	if err != nil {
		return err
	}
	defer func() { finish(err) }()
	known := !first && from != name.Repository{}
	if first && b.origin.RegistryStr() == at.repo.RegistryStr() && b.origin != (name.Repository{}) {
		from = b.origin
	}
	if from == at.repo {
		from, known = name.Repository{}, false
	}
	return c.send(ctx, at, b, from, known)
}

// event reports on a blob.
func (c *Client) event(at place, b blob, e Event) {
	e.Repository, e.Digest, e.Size = at.repo.Name(), at.digest.String(), b.desc.Size
	if e.State == Exists || e.State == Mounted || e.State == Done {
		e.Complete = e.Size
	}
	e.Attempt = max(e.Attempt, 1)
	c.options.Progress(e)
}
