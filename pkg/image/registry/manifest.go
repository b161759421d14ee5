package registry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// pushManifest stores the manifest under the tag. All its blobs are there.
func (c *Client) pushManifest(ctx context.Context, p *parcel) error {
	t := target{repo: p.ref.Context(), action: transport.PushScope}
	err := c.try(ctx, t, nil, func(s *session) error {
		header := http.Header{"Content-Type": {string(p.mediaType)}}
		body := &upload{size: int64(len(p.manifest)), open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(p.manifest)), nil
		}}
		resp, err := s.do(ctx, &http.Request{Method: http.MethodPut, URL: s.url("manifests/" + p.ref.TagStr()), Header: header}, body,
			http.StatusCreated, http.StatusOK, http.StatusAccepted)
		if err != nil {
			return err
		}
		discard(resp)
		return nil
	})
	var status *statusError
	if !errors.As(err, &status) || status.status >= 500 {
		return err
	}
	// A tag that cannot be moved, and that another push of the same image set meanwhile?
	if there, taken := c.tagged(ctx, p); there {
		return nil
	} else if isTagTaken(taken) {
		return taken
	}
	return err
}

// manifest reads a manifest or an index. Its digest is computed, and compared when
// ref names one.
func (s *session) manifest(ctx context.Context, ref name.Reference) ([]byte, v1.Hash, error) {
	r := &http.Request{Method: http.MethodGet, URL: s.url("manifests/" + ref.Identifier()), Header: http.Header{"Accept": {accepted}}}
	resp, err := s.do(ctx, r, nil, http.StatusOK)
	if err != nil {
		return nil, v1.Hash{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxManifest+1))
	if err != nil {
		return nil, v1.Hash{}, err
	}
	if len(body) > maxManifest {
		return nil, v1.Hash{}, protocolError("the manifest is larger than 4 MiB")
	}
	algorithm := "sha256"
	want, pinned := ref.(name.Digest)
	if pinned {
		algorithm, _, _ = strings.Cut(want.DigestStr(), ":")
	}
	digest, err := digestOf(algorithm, body)
	if err != nil {
		return nil, v1.Hash{}, err
	}
	if pinned && want.DigestStr() != digest.String() {
		return nil, v1.Hash{}, protocolError("the manifest of %s has the digest %s", want.DigestStr(), digest)
	}
	return body, digest, nil
}
