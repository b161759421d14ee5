package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// tagAnnotation is where an OCI image layout has a tag. Source:
// https://github.com/opencontainers/image-spec/blob/main/annotations.md
const tagAnnotation = "org.opencontainers.image.ref.name"

// LocalPusher puts images into the local cloud: one OCI image layout per
// repository. Several processes may push at one time.
type LocalPusher struct {
	layout cloud.Layout
	exists func(repository string) (bool, error)
}

// NewLocalPusher makes a pusher for the local cloud. exists says whether the
// local cloud has a repository of that name.
func NewLocalPusher(layout cloud.Layout, exists func(repository string) (bool, error)) *LocalPusher {
	return &LocalPusher{layout: layout, exists: exists}
}

// Push implements Pusher.
func (p *LocalPusher) Push(ctx context.Context, repositoryURL, tag string, image v1.Image) (string, error) {
	name := repositoryName(repositoryURL)
	if found, err := p.exists(name); err != nil {
		return "", fmt.Errorf("looking for the repository %s: %w", name, err)
	} else if !found {
		return "", repositoryNotFound(repositoryURL)
	}
	descriptor, err := partial.Descriptor(image)
	if err != nil {
		return "", err
	}
	descriptor.Annotations = map[string]string{tagAnnotation: tag}
	digest := descriptor.Digest.String()
	err = p.change(ctx, name, func(dir layout.Path, index *v1.IndexManifest) (bool, error) {
		if old := byTag(index, tag); old != nil && old.Digest != descriptor.Digest {
			return false, tagAlreadyExists(name, tag, old.Digest.String(), digest)
		} else if old != nil && hasImage(dir, *old) {
			return false, nil
		}
		if err := writeImage(dir, image); err != nil {
			return false, err
		}
		index.Manifests = append(withoutTag(index.Manifests, tag), *descriptor)
		return true, nil
	})
	if err != nil {
		return "", problem.OnDisk(err, "image repository "+name, "storing the image",
			"Make room on the disk of the local cloud, the folder .dorc. Nothing half-written is kept; run again to go on.")
	}
	return digest, nil
}

// Find implements Pusher. An image that lacks a part is not found.
func (p *LocalPusher) Find(_ context.Context, repositoryURL, tag string) (string, bool, error) {
	name := repositoryName(repositoryURL)
	if found, err := p.exists(name); err != nil || !found {
		return "", false, err
	}
	dir := layout.Path(p.layout.Images(name))
	index, err := readIndex(dir)
	if err != nil {
		return "", false, err
	}
	descriptor := byTag(index, tag)
	if descriptor == nil || !hasImage(dir, *descriptor) {
		return "", false, nil
	}
	return descriptor.Digest.String(), true, nil
}

// Delete implements Pusher. Blobs that no image of the repository has any more
// are removed too.
func (p *LocalPusher) Delete(ctx context.Context, repositoryURL, tag string) error {
	name := repositoryName(repositoryURL)
	if _, err := os.Stat(p.layout.Images(name)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var removed []v1.Descriptor
	return p.change(ctx, name, func(dir layout.Path, index *v1.IndexManifest) (bool, error) {
		old := byTag(index, tag)
		if old == nil {
			return false, nil
		}
		removed = append(removed, *old)
		index.Manifests = withoutTag(index.Manifests, tag)
		if err := writeIndex(dir, index); err != nil {
			return false, err
		}
		return false, collect(dir, index, removed)
	})
}

// change calls f with the repository's index while no one else changes it, and
// writes the index when f says so.
func (p *LocalPusher) change(
	ctx context.Context, name string, f func(layout.Path, *v1.IndexManifest) (write bool, err error),
) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	dir := layout.Path(p.layout.Images(name))
	if err := os.MkdirAll(string(dir), 0o755); err != nil {
		return err
	}
	// The lock outlives the repository, so it is not in the repository's folder.
	lock := filepath.Join(p.layout.Dir, "locks", "image-"+url.PathEscape(name))
	if err := os.MkdirAll(filepath.Dir(lock), 0o755); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(lock).Lock()
	if err != nil {
		return fmt.Errorf("locking the repository %s: %w", name, err)
	}
	defer unlock()
	if err := sweep(dir); err != nil {
		return err
	}
	index, err := readIndex(dir)
	if err != nil {
		return err
	}
	write, err := f(dir, index)
	if err != nil || !write {
		return err
	}
	return writeIndex(dir, index)
}

func byTag(index *v1.IndexManifest, tag string) *v1.Descriptor {
	i := slices.IndexFunc(index.Manifests, func(d v1.Descriptor) bool { return d.Annotations[tagAnnotation] == tag })
	if i < 0 {
		return nil
	}
	return &index.Manifests[i]
}

func withoutTag(all []v1.Descriptor, tag string) []v1.Descriptor {
	return slices.DeleteFunc(slices.Clone(all), func(d v1.Descriptor) bool { return d.Annotations[tagAnnotation] == tag })
}

// repositoryNotFound is ECR's error in its own words, or Artifact Registry's. Sources:
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html,
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
func repositoryNotFound(repositoryURL string) error {
	code := "RepositoryNotFoundException"
	if strings.Contains(repositoryURL, "-docker.pkg.dev/") {
		code = "NAME_UNKNOWN"
	}
	return problem.Problem{
		Resource: "image repository " + repositoryName(repositoryURL),
		Summary:  code + ": the repository does not exist in the local cloud",
		Hint:     "Apply what the project has once: make infra/apply instance=universal.",
	}
}

func tagAlreadyExists(name, tag, old, digest string) error {
	return problem.Problem{
		Resource: "image repository " + name,
		Summary:  "ImageTagAlreadyExistsException: the repository's tags are immutable",
		Detail:   fmt.Sprintf("the tag %s is of %s, and cannot be of %s", tag, old, digest),
		Hint:     "Remove the tag if nothing uses it any more.",
	}
}

// Image is an image of a repository by its digest.
func (p *LocalPusher) Image(repositoryURL, digest string) (v1.Image, error) {
	name := repositoryName(repositoryURL)
	hash, err := v1.NewHash(digest)
	if err != nil {
		return nil, err
	}
	dir, err := layout.FromPath(p.layout.Images(name))
	if err != nil {
		return nil, fmt.Errorf("the image repository %s of the local cloud: %w", name, err)
	}
	return dir.Image(hash)
}
