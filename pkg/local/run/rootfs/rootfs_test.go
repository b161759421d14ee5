package rootfs

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func file(name, content string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}, content}
}

func link(name, target string, kind byte) entry {
	return entry{tar.Header{Name: name, Typeflag: kind, Linkname: target}, ""}
}

type entry struct {
	header  tar.Header
	content string
}

// image writes an image of layers into a layout and opens it.
func image(t *testing.T, config v1.Config, layers ...[]entry) *Image {
	t.Helper()
	img := v1.Image(empty.Image)
	for _, entries := range layers {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, e := range entries {
			require.NoError(t, w.WriteHeader(&e.header))
			_, err := w.Write([]byte(e.content))
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
		require.NoError(t, err)
		img, err = mutate.AppendLayers(img, layer)
		require.NoError(t, err)
	}
	img, err := mutate.Config(img, config)
	require.NoError(t, err)
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	require.NoError(t, err)
	require.NoError(t, path.AppendImage(img))
	digest, err := img.Digest()
	require.NoError(t, err)
	out, err := Open(dir, digest.String())
	require.NoError(t, err)
	return out
}

func TestUnpack(t *testing.T) {
	img := image(t, v1.Config{Cmd: []string{"lambda.handler"}, Env: []string{"A=b=c"}, WorkingDir: "/var/task"},
		[]entry{file("var/task/lambda.py", "old"), file("var/task/gone.py", "x"), file("var/task/lib/a.py", "a"), file("etc/passwd", "root")},
		[]entry{file("var/task/lambda.py", "new"), file("var/task/.wh.gone.py", ""), link("var/task/lib/b.py", "a.py", tar.TypeSymlink),
			link("var/task/abs.py", "/var/task/lib/a.py", tar.TypeSymlink), link("var/task/hard.py", "var/task/lambda.py", tar.TypeLink)})
	assert.Equal(t, "lambda.handler", img.Handler)
	assert.Equal(t, "b=c", img.Env["A"])
	cache := t.TempDir()
	assert.False(t, Unpacked(cache, img.Digest))
	folder, err := img.Unpack(context.Background(), cache)
	require.NoError(t, err)
	for name, want := range map[string]string{"lambda.py": "new", "lib/b.py": "a", "abs.py": "a", "hard.py": "new"} {
		got, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		assert.Equal(t, want, string(got), name)
	}
	for _, name := range []string{"gone.py", ".wh.gone.py", "etc", "passwd"} {
		assert.NoFileExists(t, filepath.Join(folder, name))
	}
	assert.True(t, Unpacked(cache, img.Digest))
	again, err := img.Unpack(context.Background(), cache)
	require.NoError(t, err)
	assert.Equal(t, folder, again)
}

func TestUnpackRefuses(t *testing.T) {
	for name, entries := range map[string][]entry{
		"relative link": {link("var/task/x", "../../etc/passwd", tar.TypeSymlink)},
		"absolute link": {link("var/task/x", "/etc/passwd", tar.TypeSymlink)},
		"hard link":     {link("var/task/x", "etc/passwd", tar.TypeLink)},
		"device":        {{tar.Header{Name: "var/task/null", Typeflag: tar.TypeChar}, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			img := image(t, v1.Config{}, entries)
			cache := t.TempDir()
			_, err := img.Unpack(context.Background(), cache)
			require.Error(t, err)
			left, err := filepath.Glob(filepath.Join(cache, "unpacking-*"))
			require.NoError(t, err)
			assert.Empty(t, left)
			assert.False(t, Unpacked(cache, img.Digest))
		})
	}
}

func TestUnpackStaysInside(t *testing.T) {
	img := image(t, v1.Config{}, []entry{file("var/task/../../../../escape", "x"), file("var/task/ok", "y")})
	cache := t.TempDir()
	_, err := img.Unpack(context.Background(), filepath.Join(cache, "in"))
	require.ErrorContains(t, err, "unsafe tar path")
	assert.NoFileExists(t, filepath.Join(cache, "escape"))
	assert.False(t, Unpacked(filepath.Join(cache, "in"), img.Digest))

	img = image(t, v1.Config{}, []entry{file("./var/task/ok", "y"), file("./var/other", "z")})
	folder, err := img.Unpack(context.Background(), filepath.Join(cache, "in"))
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(folder, "ok"))
}

func TestOpenMissing(t *testing.T) {
	_, err := Open(t.TempDir(), "sha256:0000000000000000000000000000000000000000000000000000000000000000")
	require.Error(t, err)
	_, err = Open(t.TempDir(), "latest")
	require.ErrorContains(t, err, "latest")
}
