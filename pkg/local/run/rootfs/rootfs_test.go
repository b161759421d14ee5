package rootfs

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
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

func unpack(t *testing.T, img *Image, cache string, folder string) string {
	t.Helper()
	got, err := img.Unpack(context.Background(), cache, nil, folder)
	require.NoError(t, err)
	return got[folder]
}

// tree has the files of a folder with their contents.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		if d.IsDir() {
			return nil
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		name, err := filepath.Rel(folder, path)
		require.NoError(t, err)
		out[filepath.ToSlash(name)] = string(content)
		return nil
	}))
	return out
}

func TestUnpack(t *testing.T) {
	img := image(t, v1.Config{Cmd: []string{"lambda.handler"}, Env: []string{"A=b=c"}, WorkingDir: "/var/task"},
		[]entry{file("var/task/lambda.py", "old"), file("var/task/gone.py", "x"), file("var/task/lib/a.py", "a"), file("etc/passwd", "root"),
			file("var/task/data/old", "x"), link("var/task/now-a-folder", "lib", tar.TypeSymlink), file("var/task/now-a-file/x", "x")},
		[]entry{file("var/task/lambda.py", "new"), file("var/task/.wh.gone.py", ""), link("var/task/lib/b.py", "a.py", tar.TypeSymlink),
			file("var/task/data/.wh..wh..opq", ""), file("var/task/data/new", "y"), file("var/task/now-a-folder/z", "z"), file("var/task/now-a-file", "f"),
			link("var/task/abs.py", "/var/task/lib/a.py", tar.TypeSymlink), link("var/task/hard.py", "var/task/lambda.py", tar.TypeLink)})
	assert.Equal(t, "lambda.handler", img.Handler)
	assert.Equal(t, "b=c", img.Env["A"])
	assert.Equal(t, "linux amd64", img.OS+" "+img.Architecture)
	cache := t.TempDir()
	var loaded []string
	got, err := img.Unpack(context.Background(), cache, func(layer string) { loaded = append(loaded, layer) }, "/var/task", "/opt/python")
	require.NoError(t, err)
	assert.Len(t, loaded, 2)
	assert.Equal(t, map[string]string{"lambda.py": "new", "lib/a.py": "a", "lib/b.py": "a", "abs.py": "a", "hard.py": "new", "data/new": "y",
		"now-a-folder/z": "z", "now-a-file": "f"}, tree(t, got["/var/task"]))
	assert.Empty(t, got["/opt/python"])
	assert.Equal(t, "task", filepath.Base(got["/var/task"]))
	again, err := img.Unpack(context.Background(), cache, func(string) { t.Error("everything is there") }, "/var/task", "/opt/python")
	require.NoError(t, err)
	assert.Equal(t, got, again)
}

// A layer that two images have is unpacked once, and used where it lies.
func TestLayersAreShared(t *testing.T) {
	requirements := []entry{file("var/lang/lib/python3.12/site-packages/six.py", "six")}
	one := image(t, v1.Config{}, requirements, []entry{file("var/task/lambda.py", "1")})
	two := image(t, v1.Config{}, requirements, []entry{file("var/task/lambda.py", "2")})
	cache, site := t.TempDir(), "/var/lang/lib/python3.12/site-packages"
	require.NotEqual(t, one.Digest, two.Digest)
	assert.Equal(t, unpack(t, one, cache, site), unpack(t, two, cache, site))
	assert.NotEqual(t, unpack(t, one, cache, "/var/task"), unpack(t, two, cache, "/var/task"))
	assert.NoDirExists(t, filepath.Join(cache, "combined"))

	// With a second layer of packages the files are linked, not copied.
	three := image(t, v1.Config{}, requirements, []entry{file("var/lang/lib/python3.12/site-packages/more.py", "more")})
	folder := unpack(t, three, cache, site)
	assert.Equal(t, map[string]string{"six.py": "six", "more.py": "more"}, tree(t, folder))
	a, err := os.Stat(filepath.Join(unpack(t, one, cache, site), "six.py"))
	require.NoError(t, err)
	b, err := os.Stat(filepath.Join(folder, "six.py"))
	require.NoError(t, err)
	assert.True(t, os.SameFile(a, b))
	assert.Zero(t, b.Mode().Perm()&0o222, "what images share cannot be written to")
}

func TestWhiteoutsAboveTheFolder(t *testing.T) {
	for name, gone := range map[string]entry{
		"the folder": file("var/.wh.task", ""), "its parent": file(".wh.var", ""), "all in it": file("var/task/.wh..wh..opq", ""),
		"all in its parent": file("var/.wh..wh..opq", ""),
	} {
		t.Run(name, func(t *testing.T) {
			img := image(t, v1.Config{}, []entry{file("var/task/old", "x")}, []entry{gone, file("var/task/new", "y")})
			assert.Equal(t, map[string]string{"new": "y"}, tree(t, unpack(t, img, t.TempDir(), "/var/task")))
		})
	}
	img := image(t, v1.Config{}, []entry{file("var/task/old", "x")}, []entry{file("var/.wh.task", "")})
	assert.Empty(t, unpack(t, img, t.TempDir(), "/var/task"))
}

// What an ended process left is made anew.
func TestUnpackAfterACrash(t *testing.T) {
	img := image(t, v1.Config{}, []entry{file("var/task/a", "1")}, []entry{file("var/task/b", "2")})
	cache := t.TempDir()
	layers, err := img.layers(cache)
	require.NoError(t, err)
	half := layers[0].temporary("var/task")
	require.NoError(t, os.MkdirAll(filepath.Join(half, "task", "half"), 0o755))
	whole := unpack(t, img, cache, "/var/task")
	require.NoError(t, os.RemoveAll(filepath.Dir(whole)))
	require.NoError(t, os.MkdirAll(filepath.Join(filepath.Dir(whole)+".new", "task", "half"), 0o755))
	assert.Equal(t, map[string]string{"a": "1", "b": "2"}, tree(t, unpack(t, img, cache, "/var/task")))
	assert.NoDirExists(t, half)
}

func TestUnpackAtOnce(t *testing.T) {
	img := image(t, v1.Config{}, []entry{file("var/task/a", "1")}, []entry{file("var/task/b", "2")})
	cache := t.TempDir()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			got, err := img.Unpack(context.Background(), cache, nil, "/var/task")
			if assert.NoError(t, err) {
				assert.FileExists(t, filepath.Join(got["/var/task"], "b"))
			}
		})
	}
	group.Wait()
}

func TestUnpackRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		entry entry
		want  string
	}{
		"relative link":    {link("var/task/x", "../../etc/passwd", tar.TypeSymlink), "is a link to ../../etc/passwd, outside of /var/task"},
		"absolute link":    {link("var/task/x", "/etc/passwd", tar.TypeSymlink), "is a link to /etc/passwd, outside of /var/task"},
		"hard link":        {link("var/task/x", "etc/passwd", tar.TypeLink), "is a hard link to etc/passwd, which the layer does not have"},
		"climbing link":    {link("var/task/x", "../etc/passwd", tar.TypeLink), "unsafe path"},
		"device":           {entry{tar.Header{Name: "var/task/null", Typeflag: tar.TypeChar}, ""}, "is neither a file, a folder nor a link"},
		"climbing name":    {file("var/task/../../../../escape", "x"), "unsafe path"},
		"folder as a link": {link("var/task", "/etc", tar.TypeSymlink), "is not a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			img := image(t, v1.Config{}, []entry{test.entry})
			cache := t.TempDir()
			_, err := img.Unpack(context.Background(), filepath.Join(cache, "in"), nil, "/var/task")
			require.ErrorContains(t, err, test.want)
			left, err := filepath.Glob(filepath.Join(cache, "in", "*", "*"))
			require.NoError(t, err)
			assert.Empty(t, left)
			assert.NoFileExists(t, filepath.Join(cache, "escape"))
		})
	}
	img := image(t, v1.Config{}, []entry{file("var/task/x", "")})
	_, err := img.Unpack(context.Background(), t.TempDir(), nil, "/")
	require.ErrorContains(t, err, "whole of Linux")
}

// A link inside of the folder cannot be used to write outside of it.
func TestUnpackStaysInside(t *testing.T) {
	img := image(t, v1.Config{}, []entry{link("var/task/d", "/var/task", tar.TypeSymlink), file("var/task/d/../x", "x")})
	_, err := img.Unpack(context.Background(), t.TempDir(), nil, "/var/task")
	require.ErrorContains(t, err, "unsafe path")
	img = image(t, v1.Config{}, []entry{file("./var/task/ok", "y"), file("./var/other", "z"), file("var/task/ok", "again")})
	assert.Equal(t, map[string]string{"ok": "again"}, tree(t, unpack(t, img, t.TempDir(), "/var/task")))
}

// Installers that hard-link packages from their cache leave links to files outside of the folder.
func TestHardLinksToTheSameLayer(t *testing.T) {
	img := image(t, v1.Config{}, []entry{file("root/.cache/uv/six.py", "six"), link("usr/local/lib/python3.12/site-packages/six.py", "root/.cache/uv/six.py", tar.TypeLink)})
	assert.Equal(t, map[string]string{"six.py": "six"}, tree(t, unpack(t, img, t.TempDir(), "/usr/local/lib/python3.12/site-packages")))
}

// A folder inside of another one is in both.
func TestNestedFolders(t *testing.T) {
	img := image(t, v1.Config{WorkingDir: "/app"}, []entry{file("app/lambda.py", "l"), file("app/.venv/lib/python3.12/site-packages/six.py", "six")})
	got, err := img.Unpack(context.Background(), t.TempDir(), nil, "/app", "/app/.venv/lib/python3.12/site-packages")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"lambda.py": "l", ".venv/lib/python3.12/site-packages/six.py": "six"}, tree(t, got["/app"]))
	assert.Equal(t, map[string]string{"six.py": "six"}, tree(t, got["/app/.venv/lib/python3.12/site-packages"]))
}

func TestDamagedLayer(t *testing.T) {
	img := image(t, v1.Config{}, []entry{file("var/task/a", "1")})
	other, err := image(t, v1.Config{}, []entry{file("var/task/a", "2")}).image.Layers()
	require.NoError(t, err)
	cache := t.TempDir()
	layers, err := img.layers(cache)
	require.NoError(t, err)
	l := layers[0]
	l.layer = other[0]
	require.ErrorContains(t, l.unpack(context.Background(), []part{"var/task"}), "damaged")
	assert.NoDirExists(t, l.place("var/task"))
}

func TestPython(t *testing.T) {
	site := func(folder string) entry { return file(folder+"/lib/python3.12/site-packages/pip/__init__.py", "") }
	system := file("usr/lib/python3.9/site-packages/dnf/__init__.py", "")
	for name, test := range map[string]struct {
		config  v1.Config
		entries []entry
		want    Python
	}{
		"labels":             {v1.Config{Labels: map[string]string{LabelPython: "3.11", LabelSitePackages: "/opt/venv/site-packages/"}}, []entry{site("usr/local")}, Python{"3.11", "/opt/venv/site-packages"}},
		"the base of AWS":    {v1.Config{Env: []string{"PATH=/var/lang/bin:/usr/local/bin:/usr/bin"}}, []entry{system, site("var/lang")}, Python{"3.12", "/var/lang/lib/python3.12/site-packages"}},
		"Docker's Python":    {v1.Config{Env: []string{"PYTHON_VERSION=3.12.4"}}, []entry{system, site("usr/local")}, Python{"3.12", "/usr/local/lib/python3.12/site-packages"}},
		"a venv in PATH":     {v1.Config{Env: []string{"PATH=/app/.venv/bin:/usr/local/bin"}}, []entry{site("usr/local"), site("app/.venv")}, Python{"3.12", "/app/.venv/lib/python3.12/site-packages"}},
		"the newest":         {v1.Config{}, []entry{system, file("usr/lib/python3.10/site-packages/x.py", "")}, Python{"3.10", "/usr/lib/python3.10/site-packages"}},
		"only a version":     {v1.Config{Env: []string{"PYTHON_VERSION=3.13.0"}}, []entry{system}, Python{"3.13", ""}},
		"nothing":            {v1.Config{}, []entry{file("var/task/lambda.py", "")}, Python{}},
		"version by a label": {v1.Config{Labels: map[string]string{LabelPython: "3.12"}}, []entry{system, site("var/lang")}, Python{"3.12", "/var/lang/lib/python3.12/site-packages"}},
	} {
		t.Run(name, func(t *testing.T) {
			img, cache := image(t, test.config, test.entries), t.TempDir()
			for range 2 { // the second time from the cache
				got, err := img.Python(context.Background(), cache)
				require.NoError(t, err)
				assert.Equal(t, test.want, got)
			}
		})
	}
	for label, value := range map[string]string{LabelPython: "../3.12", LabelSitePackages: "/"} {
		_, err := image(t, v1.Config{Labels: map[string]string{label: value}}).Python(context.Background(), t.TempDir())
		require.ErrorContains(t, err, label)
	}
}

func TestOpenMissing(t *testing.T) {
	_, err := Open(t.TempDir(), "sha256:0000000000000000000000000000000000000000000000000000000000000000")
	require.Error(t, err)
	_, err = Open(t.TempDir(), "latest")
	require.ErrorContains(t, err, "latest")
}
