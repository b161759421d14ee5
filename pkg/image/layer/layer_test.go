package layer_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/image/layer"
)

func entry(name, content string, executable bool) layer.Entry {
	return layer.Entry{
		Name: name, Executable: executable, Size: int64(len(content)), Hash: sha256.Sum256([]byte(content)),
		CopyTo: func(w io.Writer) error { _, err := io.WriteString(w, content); return err },
	}
}

func names(t *testing.T, l v1.Layer) (found []string) {
	t.Helper()
	r, err := l.Uncompressed()
	require.NoError(t, err)
	defer r.Close()
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		assert.True(t, h.ModTime.Equal(time.Unix(0, 0)), h.Name)
		assert.Zero(t, h.Uid+h.Gid)
		assert.Empty(t, h.Uname+h.Gname)
		found = append(found, fmt.Sprintf("%s %o", h.Name, h.Mode))
	}
}

func digest(t *testing.T, l v1.Layer) string {
	t.Helper()
	d, err := l.Digest()
	require.NoError(t, err)
	return d.String()
}

func TestLayer(t *testing.T) {
	long := strings.Repeat("long/", 60) + "name"
	entries := []layer.Entry{entry("b/run.sh", "#!", true), entry("a.txt", "a", false), entry("b/ünïcödé", "u", false), entry(long, "x", false)}
	made, err := (&layer.Cache{Dir: t.TempDir()}).Layer(entries)
	require.NoError(t, err)
	require.NoError(t, validate.Layer(made))
	all := names(t, made)
	assert.Equal(t, []string{"b/ 755", "long/ 755"}, all[:2])
	assert.Contains(t, all, "a.txt 644")
	assert.Contains(t, all, "b/run.sh 755")
	assert.Contains(t, all, long+" 644")

	// Another order in another folder is the same layer.
	other, err := (&layer.Cache{Dir: t.TempDir()}).Layer([]layer.Entry{entries[3], entries[2], entries[1], entries[0]})
	require.NoError(t, err)
	assert.Equal(t, digest(t, made), digest(t, other))
}

// The digest of a fixed layer does not change from one version of dorc to the
// next: every image would be built again.
func TestKnownDigest(t *testing.T) {
	made, err := (&layer.Cache{Dir: t.TempDir()}).Layer([]layer.Entry{entry("var/task/lambda.py", "def handler(event, context):\n    return event\n", false)})
	require.NoError(t, err)
	d, err := made.DiffID()
	require.NoError(t, err)
	assert.Equal(t, "sha256:10c935b53a62d5b2169abab575ef17a13478bb5c2f5ab1dd488587484528a597", d.String())
	// What is sent is the same too, with the library of go.mod.
	assert.Equal(t, "sha256:f9724d4cb2f9ed58affea150d0a89e2ed040a3367f4cd8243d49554d1dc7ffd6", digest(t, made))
}

func TestCacheMakesOnce(t *testing.T) {
	cache := &layer.Cache{Dir: t.TempDir()}
	reads := 0
	counted := entry("a", "a", false)
	write := counted.CopyTo
	counted.CopyTo = func(w io.Writer) error { reads++; return write(w) }
	for range 3 {
		_, err := cache.Layer([]layer.Entry{counted})
		require.NoError(t, err)
	}
	assert.Equal(t, 1, reads)

	// Another content, or mode, is another layer.
	a, err := cache.Layer([]layer.Entry{entry("a", "b", false)})
	require.NoError(t, err)
	b, err := cache.Layer([]layer.Entry{entry("a", "b", true)})
	require.NoError(t, err)
	assert.NotEqual(t, digest(t, a), digest(t, b))
}

func TestCacheMendsItself(t *testing.T) {
	dir := t.TempDir()
	first, err := (&layer.Cache{Dir: dir}).Layer([]layer.Entry{entry("a", "content", false)})
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(dir, "*.tar.gz"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	for what, harm := range map[string]func() error{
		"truncated":      func() error { return os.Truncate(files[0], 3) },
		"gone":           func() error { return os.Remove(files[0]) },
		"no description": func() error { return os.Remove(strings.TrimSuffix(files[0], ".tar.gz") + ".json") },
	} {
		t.Run(what, func(t *testing.T) {
			require.NoError(t, harm())
			again, err := (&layer.Cache{Dir: dir}).Layer([]layer.Entry{entry("a", "content", false)})
			require.NoError(t, err)
			require.NoError(t, validate.Layer(again))
			assert.Equal(t, digest(t, first), digest(t, again))
		})
	}
}

// A file that cannot be read, or is not as long as it was, leaves nothing behind.
func TestFailureLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	bad := entry("a", "content", false)
	bad.CopyTo = func(io.Writer) error { return errors.New("unreadable") }
	short := entry("a", "content", false)
	short.CopyTo = func(io.Writer) error { return nil }
	for want, e := range map[string][]layer.Entry{
		"unreadable":         {bad},
		"missed writing":     {short, entry("b", "b", false)},
		"in the layer twice": {entry("a", "1", false), entry("a", "2", false)},
	} {
		_, err := (&layer.Cache{Dir: dir}).Layer(e)
		require.ErrorContains(t, err, want)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	for _, path := range left {
		assert.True(t, strings.HasSuffix(path, ".lock"), path)
	}
	hidden, err := filepath.Glob(filepath.Join(dir, ".new-*"))
	require.NoError(t, err)
	assert.Empty(t, hidden)
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-layer.Keep - time.Hour)
	for _, name := range []string{"x.tar.gz", ".new-1"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
		require.NoError(t, os.Chtimes(filepath.Join(dir, name), old, old))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "young.tar.gz"), nil, 0o644))
	_, err := (&layer.Cache{Dir: dir}).Layer([]layer.Entry{entry("a", "a", false)})
	require.NoError(t, err)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var left bytes.Buffer
	for _, e := range entries {
		fmt.Fprintln(&left, e.Name())
	}
	assert.Contains(t, left.String(), "young.tar.gz")
	assert.NotContains(t, left.String(), "x.tar.gz")
	assert.NotContains(t, left.String(), ".new-1")
}
