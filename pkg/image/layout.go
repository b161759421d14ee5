package image

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// layoutFile marks a folder as an OCI image layout. Source:
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md
const layoutFile = `{"imageLayoutVersion":"1.0.0"}`

// readIndex reads index.json; a folder without one has no images.
func readIndex(dir layout.Path) (*v1.IndexManifest, error) {
	path := filepath.Join(string(dir), "index.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex}, nil
	}
	if err != nil {
		return nil, err
	}
	var index v1.IndexManifest
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("%s is not an image index: %w", path, err)
	}
	return &index, nil
}

// writeIndex replaces index.json as a whole: a reader sees the old one or the
// new one, also after a crash.
func writeIndex(dir layout.Path, index *v1.IndexManifest) error {
	data, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(string(dir), "oci-layout"), strings.NewReader(layoutFile)); err != nil {
		return err
	}
	return writeFile(filepath.Join(string(dir), "index.json"), bytes.NewReader(data))
}

// writeImage writes the blobs that the layout lacks, the manifest last. It does
// not use layout.Path.WriteImage, which writes manifests in place: a process
// that ended in the middle would leave half of one under its full name.
func writeImage(dir layout.Path, image v1.Image) error {
	manifest, err := image.Manifest()
	if err != nil {
		return err
	}
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	for i, layer := range layers {
		if err := writeLayer(dir, manifest.Layers[i], layer); err != nil {
			return err
		}
	}
	if err := writeBlob(dir, manifest.Config, opener(image.RawConfigFile)); err != nil {
		return err
	}
	descriptor, err := partial.Descriptor(image)
	if err != nil {
		return err
	}
	return writeBlob(dir, *descriptor, opener(image.RawManifest))
}

// inFile is a layer that is in a file of its own, as those of the layer cache.
type inFile interface{ Path() string }

// writeLayer writes a layer's blob. One of the cache is linked where the file
// system can: the same packages in a hundred repositories take the room of one.
func writeLayer(dir layout.Path, d v1.Descriptor, l v1.Layer) error {
	if f, ok := l.(inFile); ok && !hasBlob(dir, d) && linkBlob(dir, d, f.Path()) == nil {
		return nil
	}
	return writeBlob(dir, d, l.Compressed)
}

// linkBlob puts a file's second name in the place of a blob. It fails where the
// cache is on another disk, or where the file system has no links.
func linkBlob(dir layout.Path, d v1.Descriptor, file string) error {
	path := blobPath(dir, d.Digest)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	link := filepath.Join(filepath.Dir(path), halfWritten+d.Digest.Hex)
	if err := os.Link(file, link); err != nil {
		return err
	}
	defer os.Remove(link) // gone already when it was renamed
	if err := syncFile(link); err != nil {
		return err
	}
	return os.Rename(link, path)
}

// syncFile makes the content of a file last, and lets everyone read it as other blobs.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o644), f.Sync(), f.Close())
}

func opener(data func() ([]byte, error)) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		b, err := data()
		return io.NopCloser(bytes.NewReader(b)), err
	}
}

func writeBlob(dir layout.Path, d v1.Descriptor, open func() (io.ReadCloser, error)) error {
	if hasBlob(dir, d) {
		return nil
	}
	path := blobPath(dir, d.Digest)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	r, err := open()
	if err != nil {
		return err
	}
	defer r.Close()
	return writeFile(path, r)
}

func blobPath(dir layout.Path, hash v1.Hash) string {
	return filepath.Join(string(dir), "blobs", hash.Algorithm, hash.Hex)
}

// hasBlob reports whether the layout has a whole blob.
func hasBlob(dir layout.Path, d v1.Descriptor) bool {
	info, err := os.Stat(blobPath(dir, d.Digest))
	return err == nil && info.Size() == d.Size
}

// hasImage reports whether the layout has everything of an image.
func hasImage(dir layout.Path, d v1.Descriptor) bool {
	for _, blob := range blobs(dir, d) {
		if !hasBlob(dir, blob) {
			return false
		}
	}
	return true
}

// collect removes the blobs of images that left the index, but for those that
// another image has.
func collect(dir layout.Path, index *v1.IndexManifest, removed []v1.Descriptor) error {
	used := map[v1.Hash]bool{}
	for _, d := range index.Manifests {
		for _, blob := range blobs(dir, d) {
			used[blob.Digest] = true
		}
	}
	for _, d := range removed {
		for _, blob := range blobs(dir, d) {
			if used[blob.Digest] {
				continue
			}
			if err := dir.RemoveBlob(blob.Digest); err != nil {
				return err
			}
		}
	}
	return nil
}

// blobs are an image's manifest, configuration and layers. Of an image whose
// manifest cannot be read it is the manifest alone.
func blobs(dir layout.Path, d v1.Descriptor) []v1.Descriptor {
	all := []v1.Descriptor{d}
	data, err := os.ReadFile(blobPath(dir, d.Digest))
	if err != nil {
		return all
	}
	manifest, err := v1.ParseManifest(bytes.NewReader(data))
	if err != nil {
		return all
	}
	return append(append(all, manifest.Config), manifest.Layers...)
}

// halfWritten begins the name of a file that does not have its content yet.
const halfWritten = ".new-"

// sweep removes the half-written files of writers that were killed. The caller
// holds the repository's lock, so nobody else is writing.
func sweep(dir layout.Path) error {
	for _, folder := range []string{string(dir), filepath.Join(string(dir), "blobs", "sha256")} {
		entries, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), halfWritten) {
				continue
			}
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// writeFile writes a file under another name first, so that the name always has
// the whole content, also after a crash.
func writeFile(path string, r io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(path), halfWritten+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when it was renamed
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
