package registry

import (
	"bytes"
	"context"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Resolve returns the digest of a base image's manifest for linux/amd64: never
// that of an index. A reference is what FROM takes: "python:3.12-slim",
// "public.ecr.aws/lambda/python:3.12", "name@sha256:…". For a tag it costs one HEAD
// request while the tag stays where it is; for a digest nothing, once the cache
// has it.
func (c *Client) Resolve(ctx context.Context, reference string) (string, error) {
	ref, err := c.parseReference(reference)
	if err != nil {
		return "", err
	}
	m, err := c.resolve(ctx, ref)
	if err != nil {
		return "", c.explainBase(reference, ref.Context(), err)
	}
	return m.digest.String(), nil
}

func (c *Client) parseReference(reference string) (name.Reference, error) {
	ref, err := name.ParseReference(reference)
	if err != nil {
		return nil, badReference(reference, err)
	}
	if c.options.Insecure(ref.Context().RegistryStr()) {
		ref, err = name.ParseReference(reference, name.Insecure)
	}
	return ref, err
}

// baseManifest is the manifest of an image for linux/amd64.
type baseManifest struct {
	digest v1.Hash
	raw    []byte
	config []byte
	parsed *v1.Manifest
	// diffIDs are those of parsed.Layers.
	diffIDs []v1.Hash
}

// resolve follows a reference to the manifest for linux/amd64.
func (c *Client) resolve(ctx context.Context, ref name.Reference) (*baseManifest, error) {
	raw, digest, err := c.fetchManifest(ctx, ref)
	if err != nil {
		return nil, err
	}
	mediaType, err := mediaTypeOf(raw)
	if err != nil {
		return nil, err
	}
	if slices.Contains(indexTypes, mediaType) {
		index, err := v1.ParseIndexManifest(bytes.NewReader(raw))
		if err != nil {
			return nil, protocolError("its index cannot be read")
		}
		child, err := choose(index)
		if err != nil {
			return nil, err
		}
		return c.resolveChild(ctx, ref.Context(), child)
	}
	return c.withConfig(ctx, ref.Context(), raw, digest)
}

func (c *Client) resolveChild(ctx context.Context, repo name.Repository, child v1.Descriptor) (*baseManifest, error) {
	raw, digest, err := c.fetchManifest(ctx, repo.Digest(child.Digest.String()))
	if err != nil {
		return nil, err
	}
	if mediaType, err := mediaTypeOf(raw); err != nil || !slices.Contains(imageTypes, mediaType) {
		return nil, protocolError("its index lists something that is not an image")
	}
	return c.withConfig(ctx, repo, raw, digest)
}

// withConfig reads the config and checks that the image is for linux/amd64.
func (c *Client) withConfig(ctx context.Context, repo name.Repository, raw []byte, digest v1.Hash) (*baseManifest, error) {
	m, err := v1.ParseManifest(bytes.NewReader(raw))
	if err != nil {
		return nil, protocolError("its manifest cannot be read")
	}
	config, err := c.fetchConfig(ctx, repo, m.Config)
	if err != nil {
		return nil, err
	}
	file, err := v1.ParseConfigFile(bytes.NewReader(config))
	if err != nil {
		return nil, protocolError("its config cannot be read")
	}
	if (file.OS != "" && file.OS != "linux") || (file.Architecture != "" && file.Architecture != "amd64") {
		return nil, platformError{has: []string{platformName(file.OS, file.Architecture, file.Variant)}}
	}
	if len(file.RootFS.DiffIDs) != len(m.Layers) {
		return nil, protocolError("its config names %d layers and its manifest %d", len(file.RootFS.DiffIDs), len(m.Layers))
	}
	return &baseManifest{digest: digest, raw: raw, config: config, parsed: m, diffIDs: file.RootFS.DiffIDs}, nil
}
