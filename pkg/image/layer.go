package image

import (
	"archive/tar"
	"io"
	"path"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dorc-dev/dorc/pkg/image/source"
)

// newLayer is the layer that has the files below the task root. The files are
// read when the layer is, more than once, and never kept in memory as a whole.
func newLayer(files []source.File) (v1.Layer, error) {
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() { w.CloseWithError(writeTar(w, files)) }()
		return r, nil
	}, tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
}

// writeTar writes folders before what is in them and all in name order, owned by
// root, without times, with the modes 0755 and 0644.
func writeTar(w io.Writer, files []source.File) error {
	t := tar.NewWriter(w)
	for _, folder := range folders(files) {
		if err := t.WriteHeader(header(folder+"/", tar.TypeDir, 0o755, 0)); err != nil {
			return err
		}
	}
	for _, f := range files {
		mode := int64(0o644)
		if f.Executable {
			mode = 0o755
		}
		if err := t.WriteHeader(header(inLayer(f.Name), tar.TypeReg, mode, f.Size)); err != nil {
			return err
		}
		if err := f.CopyTo(t); err != nil {
			return err
		}
	}
	return t.Close()
}

func header(name string, kind byte, mode, size int64) *tar.Header {
	return &tar.Header{Name: name, Typeflag: kind, Mode: mode, Size: size, ModTime: created.Time}
}

// inLayer is the file's path in the layer, which is relative to the root.
func inLayer(name string) string { return strings.TrimPrefix(path.Join(source.TaskRoot, name), "/") }

// folders are all folders of the layer, each after the one that it is in.
func folders(files []source.File) []string {
	var all []string
	for _, f := range append([]source.File{{Name: "x"}}, files...) {
		for dir := path.Dir(inLayer(f.Name)); dir != "."; dir = path.Dir(dir) {
			all = append(all, dir)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
