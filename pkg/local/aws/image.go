package aws

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// refName is the annotation of the OCI layout that names a tag.
const refName = "org.opencontainers.image.ref.name"

// manifests lists the images of an OCI layout. A folder without a layout has none.
func manifests(dir string) ([]v1.Descriptor, error) {
	if _, err := os.Stat(filepath.Join(dir, "index.json")); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the images in %s: %w", dir, err)
	}
	m, err := index.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("reading the images in %s: %w", dir, err)
	}
	return m.Manifests, nil
}

func hasImages(dir string) (bool, error) {
	m, err := manifests(dir)
	return len(m) > 0, err
}

// verifyImage fails as Lambda does when an image is not in its repository.
func verifyImage(c *call, uri string) error {
	repository, ok := strings.CutPrefix(uri, registry(c.P)+"/")
	if !ok {
		return provider.Refuse("InvalidParameterValueException",
			"Source image %s is not valid. Provide a valid source image: one of %s.", uri, registry(c.P))
	}
	name, digest, byDigest := strings.Cut(repository, "@")
	tag := "latest"
	if !byDigest {
		if i := strings.LastIndexByte(name, ':'); i >= 0 {
			name, tag = name[:i], name[i+1:]
		}
	}
	found, err := c.Exists(repositoryType, name)
	if err != nil {
		return err
	}
	if found {
		images, err := manifests(c.P.Store.Layout().Images(name))
		if err != nil {
			return err
		}
		for _, m := range images {
			if byDigest && m.Digest.String() == digest || !byDigest && m.Annotations[refName] == tag {
				return nil
			}
		}
	}
	return provider.Refuse("InvalidParameterValueException",
		"Source image %s does not exist. Provide a valid source image.", uri)
}

// removeLayout removes the files of an OCI layout, and the folder if it is empty then.
func removeLayout(dir string, remove func(string) error) error {
	for _, name := range []string{"index.json", "oci-layout", "blobs"} {
		if err := remove(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || len(entries) > 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return remove(dir)
}
