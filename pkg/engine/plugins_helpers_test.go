package engine_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// built is testdata/program, built once.
var built = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	if err := os.MkdirAll(filepath.Join(cache, "dorc-engine-test"), 0o700); err != nil {
		return "", err
	}
	// The folder stays, so that Go links only what has changed.
	file := filepath.Join(cache, "dorc-engine-test", "program")
	out, err := exec.Command("go", "build", "-o", file, "./testdata/program").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// run runs testdata/program, which answers or has a problem.
func run(t *testing.T, answer any, args ...string) error {
	t.Helper()
	program, err := built()
	require.NoError(t, err)
	cmd := exec.Command(program, args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err == nil {
		require.NoError(t, json.Unmarshal(out, answer), string(out))
		return nil
	}
	var p problem.Problem
	require.NoError(t, json.Unmarshal(out, &p), "%s%s", out, said.String())
	require.NotEmpty(t, p.Summary, said.String())
	return p
}

// mirror serves archives of plugins, and knows what it was asked for.
type mirror struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	paths  []string
}

func newMirror(t *testing.T, answer http.HandlerFunc) *mirror {
	m := &mirror{answer: answer}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		m.paths = append(m.paths, r.URL.Path)
		answer := m.answer
		m.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(m.Close)
	return m
}

func serve(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		_, _ = w.Write(data) //nolint:errcheck // the client sees what is missing
	}
}

// pulumiHome makes an empty PULUMI_HOME and a folder for temporary files.
func pulumiHome(t *testing.T) (home, temporary string) {
	t.Helper()
	home, temporary = t.TempDir(), t.TempDir()
	t.Setenv("PULUMI_HOME", home)
	t.Setenv("TMPDIR", temporary)
	t.Setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "")
	t.Setenv("PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES", "")
	return home, temporary
}

// archiveOf is a plugin's archive with this one file.
func archiveOf(t *testing.T, name string, mode int64, size int64, content io.Reader) []byte {
	t.Helper()
	var b strings.Builder
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	require.NoError(t, err)
	w := tar.NewWriter(z)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: size, Typeflag: tar.TypeReg}))
	_, err = io.Copy(w, content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	return []byte(b.String())
}

func textArchive(t *testing.T, name string, mode int64, content string) []byte {
	t.Helper()
	return archiveOf(t, name, mode, int64(len(content)), strings.NewReader(content))
}

// awsArchive is that of a real plugin: testdata/program serves the local AWS.
func awsArchive(t *testing.T) []byte {
	t.Helper()
	program, err := built()
	require.NoError(t, err)
	f, err := os.Open(program)
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	return archiveOf(t, "pulumi-resource-aws", 0o755, info.Size(), f)
}

func archivePath(name, version string) string {
	return fmt.Sprintf("/pulumi-resource-%s-v%s-%s-%s.tar.gz", name, version, runtime.GOOS, runtime.GOARCH)
}

// downloads keeps what a display was told.
type downloads struct {
	sizes []int64
	read  atomic.Int64
	tried []string
}

func (d *downloads) Download(_ engine.Plugin, stream io.ReadCloser, size int64) io.ReadCloser {
	d.sizes = append(d.sizes, size)
	return counted{stream, &d.read}
}

func (d *downloads) Retry(_ engine.Plugin, reason string, _ time.Duration) {
	d.tried = append(d.tried, reason)
}

type counted struct {
	io.ReadCloser
	n *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.n.Add(int64(n))
	return n, err
}

func assertEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left, dir)
}

// assertNoPlugin allows nothing but lock files.
func assertNoPlugin(t *testing.T, home string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Join(home, "plugins"))
	require.NoError(t, err)
	for _, f := range left {
		assert.Equal(t, ".lock", filepath.Ext(f.Name()), f.Name())
	}
}
