package registry

import (
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	// LambdaMaxImage is the largest image of a Lambda function in bytes, uncompressed,
	// with all layers.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	LambdaMaxImage = 10 << 30
	// ecrMaxLayer is the largest layer in ECR, in bytes.
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
	ecrMaxLayer = 52_000 << 20
	// maxManifest is the largest manifest that registries take, in bytes.
	// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests
	maxManifest = 4 << 20
)

// Unpacked is implemented by layers that know their size without compression.
// Push counts other layers with their compressed size, which is less.
type Unpacked interface {
	// UncompressedSize is the size of the layer's tar file in bytes.
	UncompressedSize() (int64, error)
}

// checkSize refuses, before anything is sent, what the registry or Lambda will
// not take.
func (c *Client) checkSize(p *parcel) error {
	var total int64
	ecr := false
	if _, ok := c.keys.ecr(p.ref.RegistryStr()); ok {
		ecr = true
	}
	for _, b := range p.blobs {
		if ecr && b.desc.Size > ecrMaxLayer {
			return problem.Problem{
				Resource: p.ref.Name(),
				Summary:  "a layer is larger than ECR allows",
				Detail:   fmt.Sprintf("layer %s has %s; at most %s are possible (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html)", b.desc.Digest, size(b.desc.Size), size(ecrMaxLayer)),
				Hint:     "Nothing was sent. Make the layer smaller.",
			}
		}
		n := b.desc.Size
		if u, ok := b.layer.(Unpacked); ok {
			if unpacked, err := u.UncompressedSize(); err == nil {
				n = max(n, unpacked)
			}
		}
		total += n
	}
	if c.options.MaxImage < 0 || total <= c.options.MaxImage || isGoogle(p.ref.RegistryStr()) {
		return nil
	}
	return problem.Problem{
		Resource: p.ref.Name(),
		Summary:  "the image is larger than Lambda allows",
		Detail:   fmt.Sprintf("it has at least %s unpacked; at most %s are possible, with the base image (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). %s", size(total), size(c.options.MaxImage), largest(p)),
		Hint:     "Nothing was sent. Take away files or requirements that the function does not need.",
	}
}

func largest(p *parcel) string {
	var most blob
	for _, b := range p.blobs {
		if b.desc.Size > most.desc.Size {
			most = b
		}
	}
	return fmt.Sprintf("The largest layer is %s with %s packed", most.desc.Digest, size(most.desc.Size))
}

// size renders bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}

func badTag(repo name.Repository, tag string) error {
	return problem.Problem{
		Resource: repo.Name(),
		Summary:  "the tag is not one that registries take",
		Detail:   fmt.Sprintf("%q is given; a tag has 1 to 128 letters, digits, \"_\", \"-\" or \".\"", clean(tag)),
		Hint:     "Rename the environment if its name has other characters.",
	}
}
