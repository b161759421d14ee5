package images

import (
	"archive/tar"
	"errors"
	"io"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/require"
)

// imageOf is the image that a repository was given last.
func (p *project) imageOf(repository string) v1.Image {
	p.t.Helper()
	puts := p.registry.writes("/v2/" + repository + "/manifests/")
	require.NotEmpty(p.t, puts)
	last := puts[len(puts)-1]
	return p.registry.image(repository + ":" + last[strings.LastIndex(last, "/")+1:])
}

// contents are the files of the layers that dorc has put on the base, by name.
func contents(t *testing.T, image v1.Image) map[string]string {
	t.Helper()
	layers, err := image.Layers()
	require.NoError(t, err)
	files := map[string]string{}
	for _, layer := range layers[1:] {
		r, err := layer.Uncompressed()
		require.NoError(t, err)
		for archive := tar.NewReader(r); ; {
			header, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if header.Typeflag == tar.TypeDir {
				continue
			}
			require.EqualValues(t, tar.TypeReg, header.Typeflag, header.Name)
			data, err := io.ReadAll(archive)
			require.NoError(t, err)
			files[header.Name] = string(data)
		}
		require.NoError(t, r.Close())
	}
	return files
}
