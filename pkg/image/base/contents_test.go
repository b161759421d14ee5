package base_test

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/image/base"
)

// file, folder, link and hard are entries of a layer.
func file(name, content string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content)), Uname: content}
}
func folder(name string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o755}
}
func link(name, to string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to}
}
func hard(name, to string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: to}
}

// layered is an image of layers, the lowest first. A file's content is its owner's name.
func layered(t *testing.T, layers ...[]tar.Header) v1.Image {
	t.Helper()
	image := empty.Image
	for _, entries := range layers {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range entries {
			require.NoError(t, w.WriteHeader(&h))
			if h.Typeflag == tar.TypeReg {
				_, err := io.WriteString(w, h.Uname)
				require.NoError(t, err)
			}
		}
		require.NoError(t, w.Close())
		l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
		require.NoError(t, err)
		image, err = mutate.AppendLayers(image, l)
		require.NoError(t, err)
	}
	return image
}

const siteFolder = "usr/local/lib/python3.12/site-packages/"

func contentsOf(t *testing.T, image v1.Image) (*base.Contents, error) {
	t.Helper()
	r := &base.Reader{Finder: &base.Finder{Registry: &fake{image: image}}, Cache: t.TempDir()}
	return r.Contents(t.Context(), base.Base{Name: "example.org/sdk:1", Digest: digest}, func(string) {})
}

// beamOf are the files of Beam's folder, with their contents or where they lead.
func beamOf(t *testing.T, found *base.Contents) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range found.Beam {
		if f.Link != "" {
			all[f.Name] = "-> " + f.Link
			continue
		}
		content, err := os.ReadFile(found.Path(f))
		require.NoError(t, err)
		all[f.Name] = string(content)
	}
	return all
}

// Layers lie over each other as a container engine would put them.
func TestContentsOfLayers(t *testing.T) {
	const beam = "opt/apache/beam/"
	for name, test := range map[string]struct {
		layers [][]tar.Header
		want   map[string]string
	}{
		"one":      {[][]tar.Header{{folder("opt/apache"), folder(beam), file(beam+"boot", "1"), file("opt/apache/other", "x")}}, map[string]string{beam + "boot": "1"}},
		"dots":     {[][]tar.Header{{file("./"+beam+"boot", "1")}, {file("/"+beam+"more", "2")}}, map[string]string{beam + "boot": "1", beam + "more": "2"}},
		"replaced": {[][]tar.Header{{file(beam+"boot", "1")}, {file(beam+"boot", "2")}}, map[string]string{beam + "boot": "2"}},
		"whiteout": {[][]tar.Header{{file(beam+"boot", "1"), file(beam+"a/b", "2")}, {file(beam+".wh.a", "")}}, map[string]string{beam + "boot": "1"}},
		"whiteout after its own layer's file": {
			[][]tar.Header{{file(beam+"boot", "1")}, {file(beam+"boot", "2"), file(beam+".wh.boot", "")}}, map[string]string{beam + "boot": "2"},
		},
		"opaque": {
			[][]tar.Header{{file(beam+"boot", "1"), file(beam+"a/b", "2")}, {file(beam+"a/c", "3"), file(beam+"a/.wh..wh..opq", "")}},
			map[string]string{beam + "boot": "1", beam + "a/c": "3"},
		},
		"a folder above is gone": {[][]tar.Header{{file(beam+"boot", "1")}, {file("opt/.wh.apache", "")}}, map[string]string{}},
		"a folder is a file now": {[][]tar.Header{{file(beam+"a/b", "1")}, {file(beam+"a", "2")}}, map[string]string{beam + "a": "2"}},
		"a file is a folder now": {[][]tar.Header{{file(beam+"a", "1")}, {folder(beam + "a"), file(beam+"a/b", "2")}}, map[string]string{beam + "a/b": "2"}},
		"links": {
			[][]tar.Header{{file(beam+"boot", "1"), link(beam+"latest", "boot"), link(beam+"out", "/etc/passwd")}},
			map[string]string{beam + "boot": "1", beam + "latest": "-> boot", beam + "out": "-> /etc/passwd"},
		},
		"hard links": {
			[][]tar.Header{{file(beam+"boot", "1"), hard(beam+"b", beam+"boot"), hard(beam+"c", beam+"b")}, {hard(beam+"d", beam+"c")}},
			map[string]string{beam + "boot": "1", beam + "b": "1", beam + "c": "1", beam + "d": "1"},
		},
		"a hard link out of it": {
			[][]tar.Header{{file("srv/boot", "1"), hard(beam+"boot", "srv/boot")}, {file("srv/boot", "2")}}, map[string]string{beam + "boot": "1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := contentsOf(t, layered(t, test.layers...))
			require.NoError(t, err)
			assert.Equal(t, test.want, beamOf(t, found))
		})
	}
	_, err := contentsOf(t, layered(t, []tar.Header{hard(beam+"boot", "gone")}))
	require.ErrorContains(t, err, "which is not there")
	_, err = contentsOf(t, layered(t, []tar.Header{link("opt/apache/beam", "/srv/beam")}))
	wantProblem(t, err, "the image's folder of Beam is not a folder")
}

// Packages are what installers have written down, where they have put it.
func TestContentsPackages(t *testing.T) {
	const metadata = "Metadata-Version: 2.1\r\nName: Apache_Beam\r\nVersion: 2.77.0\r\n\r\nName: of the text\r\n"
	found, err := contentsOf(t, layered(t, []tar.Header{
		file(siteFolder+"apache_beam-2.77.0.dist-info/METADATA", metadata),
		file(siteFolder+"apache_beam-2.77.0.dist-info/RECORD", "apache_beam/__init__.py,sha256=x,1\n\"a,b.py\",,\n../../../bin/beam,,\n/etc/beam,,\n"),
		file("usr/lib/python3/dist-packages/six-1.0.dist-info/METADATA", "Name: six\nVersion: 1.0\n"),
		file(siteFolder+"broken-1.dist-info/METADATA", "Version: 1\n"),
		file("usr/local/bin/python3.12", ""), hard("usr/local/bin/python3.11", "elsewhere"), file("usr/local/bin/python3", ""),
		file("opt/google/dataflow/python_template_launcher", "x"),
	}))
	require.NoError(t, err)
	beam, ok := found.Package("apache-beam", "/usr/local/lib/python3.12/site-packages")
	require.True(t, ok)
	assert.Equal(t, base.Package{
		Name: "apache-beam", Version: "2.77.0", Info: siteFolder + "apache_beam-2.77.0.dist-info",
		Files: []string{"etc/beam", "usr/local/bin/beam", siteFolder + "a,b.py", siteFolder + "apache_beam/__init__.py"},
	}, beam)
	_, ok = found.Package("six", "/usr/local/lib/python3.12/site-packages")
	assert.False(t, ok, "it is another Python's")
	assert.Len(t, found.Packages, 2)
	assert.True(t, found.Launcher)
	assert.Equal(t, []string{"/usr/local/bin/python3.11", "/usr/local/bin/python3.12"}, found.Interpreters)
}

// An image is read once on a machine, unless the cache was damaged.
func TestContentsAreKept(t *testing.T) {
	registry := &fake{image: layered(t, []tar.Header{file("opt/apache/beam/boot", "boot")})}
	cache := t.TempDir()
	read := func() *base.Contents {
		r := &base.Reader{Finder: &base.Finder{Registry: registry}, Cache: cache}
		found, err := r.Contents(t.Context(), base.Base{Name: "example.org/sdk:1", Digest: digest}, func(string) {})
		require.NoError(t, err)
		return found
	}
	first := read()
	assert.Equal(t, first, read())
	assert.Equal(t, 1, registry.fetched)
	require.NoError(t, os.Truncate(first.Path(first.Beam[0]), 1))
	assert.Equal(t, map[string]string{"opt/apache/beam/boot": "boot"}, beamOf(t, read()))
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(first.Path(first.Beam[0])), "contents.json"), []byte("{"), 0o644))
	read()
	assert.Equal(t, 3, registry.fetched)

	r := &base.Reader{Finder: &base.Finder{Registry: registry}, Cache: cache}
	_, err := r.Contents(t.Context(), base.Base{Name: "example.org/sdk:1"}, func(string) {})
	require.ErrorContains(t, err, "is not known")
}
