package registry

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// openBlob returns a blob for reading: from the cache, else from the registry,
// and then into the cache too once all of it was read. Nothing is held in memory.
func (c *Client) openBlob(ctx context.Context, repo name.Repository, desc v1.Descriptor) (io.ReadCloser, error) {
	if f := c.cache.open(desc.Digest, desc.Size); f != nil {
		return f, nil
	}
	hasher, err := v1.Hasher(desc.Digest.Algorithm)
	if err != nil {
		return nil, c.explain(pulling, repo, desc.Digest, protocolError("%s is no digest that can be checked", desc.Digest))
	}
	d := &download{ctx: ctx, c: c, repo: repo, desc: desc, hasher: hasher, keep: c.cache.create(desc.Digest)}
	if err := d.open(); err != nil {
		d.keep.abort()
		return nil, d.explain(err)
	}
	return d, nil
}

// download is a blob on its way from a registry. When the connection is lost it
// goes on where it was.
type download struct {
	ctx    context.Context
	c      *Client
	repo   name.Repository
	desc   v1.Descriptor
	hasher hash.Hash
	keep   *keeping
	body   io.ReadCloser
	at     int64
	losses int
	err    error
}

// open asks for what is missing.
func (d *download) open() error {
	t := target{repo: d.repo, action: transport.PullScope}
	return d.c.try(d.ctx, t, d.note, func(s *session) error {
		r := &http.Request{Method: http.MethodGet, URL: s.url("blobs/" + d.desc.Digest.String()), Header: http.Header{}}
		if d.at > 0 {
			r.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.at))
		}
		resp, err := s.do(d.ctx, r, nil, http.StatusOK, http.StatusPartialContent)
		if err != nil {
			return err
		}
		if d.at > 0 && resp.StatusCode == http.StatusOK { // all of it again
			if _, err := io.CopyN(io.Discard, resp.Body, d.at); err != nil {
				_ = resp.Body.Close()
				return err
			}
		}
		d.body = resp.Body
		return nil
	})
}

func (d *download) note(attempt int, reason string) {
	d.c.options.Progress(Event{
		Repository: d.repo.Name(), Digest: d.desc.Digest.String(), Size: d.desc.Size, Complete: d.at,
		State: Retrying, Attempt: attempt, Reason: reason,
	})
}

// Read implements io.Reader. The last bytes are given out only when all of them
// are right, so that a wrong blob is never passed on whole.
func (d *download) Read(p []byte) (int, error) {
	for d.err == nil {
		n, err := d.body.Read(p)
		n = int(min(int64(n), d.desc.Size-d.at))
		d.at += int64(n)
		_, _ = d.hasher.Write(p[:n])
		_, _ = d.keep.Write(p[:n])
		switch {
		case d.at == d.desc.Size && !matches(d.hasher, d.desc.Digest):
			d.keep.abort()
			d.err = d.explain(protocolError("the blob's content does not have its digest"))
			return 0, d.err
		case d.at == d.desc.Size:
			d.keep.commit()
			d.err = io.EOF
		case err != nil:
			d.err = d.resume(err)
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, d.err
}

// resume goes on after a loss, a few times in all.
func (d *download) resume(err error) error {
	_ = d.body.Close()
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if d.losses++; d.losses == maxTries {
		return d.explain(tried{err: err, tries: d.losses})
	}
	d.note(d.losses, reason(err))
	if err := d.c.options.Wait(d.ctx, delay(d.losses, err)); err != nil {
		return err
	}
	if err := d.open(); err != nil {
		return d.explain(err)
	}
	return nil
}

// Close implements io.Closer. What was not read to its end is not kept.
func (d *download) Close() error {
	d.keep.abort()
	return d.body.Close()
}

func (d *download) explain(err error) error {
	return d.c.explain(pulling, d.repo, d.desc.Digest, err)
}

func matches(h hash.Hash, digest v1.Hash) bool {
	return hex.EncodeToString(h.Sum(nil)) == digest.Hex
}
