package registry

import (
	"context"
	"encoding/hex"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// fetchManifest returns a manifest or an index. One that the cache has is not
// asked for again; for a tag, the registry is asked for its digest only.
func (c *Client) fetchManifest(ctx context.Context, ref name.Reference) (raw []byte, digest v1.Hash, err error) {
	t := target{repo: ref.Context(), action: transport.PullScope}
	if d, ok := ref.(name.Digest); ok {
		if digest, err = v1.NewHash(d.DigestStr()); err != nil {
			return nil, v1.Hash{}, protocolError("%s is no digest that can be checked", d.DigestStr())
		}
		if raw, ok := c.cache.get(digest); ok {
			return raw, digest, nil
		}
	} else if c.cache.dir != "" {
		digest, found, err := c.head(ctx, t, ref)
		if err != nil {
			return nil, v1.Hash{}, err
		}
		if found {
			if raw, ok := c.cache.get(digest); ok {
				return raw, digest, nil
			}
		}
	}
	err = c.try(ctx, t, nil, func(s *session) error {
		raw, digest, err = s.manifest(ctx, ref)
		return err
	})
	if err == nil {
		c.cache.put(digest, raw)
	}
	return raw, digest, err
}

// fetchConfig returns an image's config.
func (c *Client) fetchConfig(ctx context.Context, repo name.Repository, desc v1.Descriptor) ([]byte, error) {
	if raw, ok := c.cache.get(desc.Digest); ok {
		return raw, nil
	}
	if desc.Size > maxManifest {
		return nil, protocolError("its config has %s", size(desc.Size))
	}
	body, err := c.openBlob(ctx, repo, desc)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

// digestOf computes a digest.
func digestOf(algorithm string, data []byte) (v1.Hash, error) {
	h, err := v1.Hasher(algorithm)
	if err != nil {
		return v1.Hash{}, err
	}
	_, _ = h.Write(data)
	return v1.Hash{Algorithm: algorithm, Hex: hex.EncodeToString(h.Sum(nil))}, nil
}
