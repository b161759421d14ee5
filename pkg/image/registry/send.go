package registry

import (
	"context"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// has asks whether a repository has a blob: one HEAD request.
func (c *Client) has(ctx context.Context, at place, b blob) (there bool, err error) {
	release, err := c.slot(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	err = c.try(ctx, target{repo: at.repo, action: transport.PushScope}, c.noting(at, b), func(s *session) error {
		there, err = s.has(ctx, at.digest)
		return err
	})
	return there, err
}

func (s *session) has(ctx context.Context, digest v1.Hash) (bool, error) {
	resp, err := s.do(ctx, &http.Request{Method: http.MethodHead, URL: s.url("blobs/" + digest.String()), Header: http.Header{}}, nil, http.StatusOK, http.StatusNotFound)
	if err != nil {
		return false, err
	}
	discard(resp)
	return resp.StatusCode == http.StatusOK, nil
}

// send mounts a blob from another repository, or uploads it. known says that the
// other repository certainly has the blob.
func (c *Client) send(ctx context.Context, at place, b blob, from name.Repository, known bool) error {
	release, err := c.slot(ctx)
	if err != nil {
		return err
	}
	defer release()
	var opened *url.URL
	if from != (name.Repository{}) {
		var mounted bool
		if mounted, opened, err = c.mount(ctx, at, from); err != nil {
			return err
		}
		if mounted {
			c.event(at, b, Event{State: Mounted})
			return nil
		}
		if known {
			c.ledger.mountless(at.repo.RegistryStr())
		}
	}
	attempt := 0
	err = c.try(ctx, target{repo: at.repo, action: transport.PushScope}, c.noting(at, b), func(s *session) error {
		attempt++
		if attempt > 1 { // the answer may have been lost, not the blob
			if there, err := s.has(ctx, at.digest); there || err != nil {
				return err
			}
			opened = nil
		}
		if opened == nil {
			if opened, err = s.openUpload(ctx); err != nil {
				return err
			}
		}
		return c.upload(ctx, s, at, b, attempt, opened)
	})
	if err == nil {
		c.event(at, b, Event{State: Done, Attempt: attempt})
	}
	return err
}

// mount asks the registry to take a blob from another of its repositories. A
// registry that does not, for whatever reason, is no error: the blob is sent, to
// the address that the registry has opened for it, if it has.
func (c *Client) mount(ctx context.Context, at place, from name.Repository) (mounted bool, opened *url.URL, err error) {
	s, err := c.session(ctx, target{repo: at.repo, action: transport.PushScope, from: from})
	if err != nil {
		return false, nil, ctx.Err()
	}
	u := s.url("blobs/uploads/")
	u.RawQuery = url.Values{"mount": {at.digest.String()}, "from": {from.RepositoryStr()}}.Encode()
	resp, err := s.do(ctx, &http.Request{Method: http.MethodPost, URL: u, Header: http.Header{}}, nil, http.StatusCreated, http.StatusAccepted)
	if err != nil {
		return false, nil, ctx.Err()
	}
	discard(resp)
	if resp.StatusCode == http.StatusCreated {
		return true, nil, nil
	}
	if opened, err = location(resp); err != nil {
		return false, nil, nil
	}
	return false, opened, nil
}

func (s *session) openUpload(ctx context.Context) (*url.URL, error) {
	resp, err := s.do(ctx, &http.Request{Method: http.MethodPost, URL: s.url("blobs/uploads/"), Header: http.Header{}}, nil, http.StatusAccepted)
	if err != nil {
		return nil, err
	}
	discard(resp)
	return location(resp)
}

// upload sends all of a blob in one request, from a fresh reading of the layer.
func (c *Client) upload(ctx context.Context, s *session, at place, b blob, attempt int, to *url.URL) error {
	query := to.Query()
	query.Set("digest", at.digest.String())
	to.RawQuery = query.Encode()
	header := http.Header{"Content-Type": {"application/octet-stream"}}
	body := &upload{open: b.open, size: b.desc.Size, note: c.meter(at, b, attempt)}
	resp, err := s.do(ctx, &http.Request{Method: http.MethodPut, URL: to, Header: header}, body, http.StatusCreated, http.StatusNoContent)
	if err != nil {
		return err
	}
	discard(resp)
	return nil
}

// location is where an upload goes on: the Location header, which may be relative.
func location(resp *http.Response) (*url.URL, error) {
	to, err := resp.Location()
	if err != nil {
		return nil, protocolError("it names no place for the upload")
	}
	if resp.Request.URL.Scheme == "https" && to.Scheme != "https" {
		return nil, plainHTTPError{host: to.Host}
	}
	return to, nil
}

// meter reports an upload's progress, a hundred times or every 256 KiB, whichever
// is less often.
func (c *Client) meter(at place, b blob, attempt int) func(int) {
	step := max(b.desc.Size/100, 256<<10)
	var complete, reported atomic.Int64
	return func(n int) {
		now := complete.Add(int64(n))
		if last := reported.Load(); now-last >= step && reported.CompareAndSwap(last, now) {
			c.event(at, b, Event{State: Uploading, Complete: now, Attempt: attempt})
		}
	}
}

func (c *Client) noting(at place, b blob) func(int, string) {
	return func(attempt int, reason string) {
		c.event(at, b, Event{State: Retrying, Attempt: attempt, Reason: reason})
	}
}
