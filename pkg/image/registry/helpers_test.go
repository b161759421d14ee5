package registry

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	ggcr "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// call is a request that a test registry has seen.
type call struct{ method, path, query string }

// fake is a registry in this process. fault may answer a request itself.
type fake struct {
	*httptest.Server
	mu    sync.Mutex
	calls []call
	fault func(w http.ResponseWriter, r *http.Request) (answered bool)
	inner http.Handler
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{inner: ggcr.New(ggcr.Logger(log.New(io.Discard, "", 0)))}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.calls = append(f.calls, call{r.Method, r.URL.Path, r.URL.RawQuery})
		fault := f.fault
		f.mu.Unlock()
		if fault == nil || !fault(w, r) {
			f.inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) host() string { return strings.TrimPrefix(f.URL, "http://") }

// count is how many requests of a method have a path with part in it.
func (f *fake) count(method, part string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if c.method == method && strings.Contains(c.path, part) {
			n++
		}
	}
	return n
}

func (f *fake) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = nil
}

// clock waits for nothing and remembers for how long it was asked to.
type clock struct {
	mu    sync.Mutex
	waits []time.Duration
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// events collects progress.
type events struct {
	mu  sync.Mutex
	all []Event
}

func (e *events) add(ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, ev)
}

func (e *events) of(s State) []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	var found []Event
	for _, ev := range e.all {
		if ev.State == s {
			found = append(found, ev)
		}
	}
	return found
}

// testClient is a client with a clock and events, and no login of this machine.
func testClient(t *testing.T, o Options) (*Client, *clock, *events) {
	t.Helper()
	noLogins(t)
	c, e := &clock{}, &events{}
	if o.Wait == nil {
		o.Wait = c.wait
	}
	o.Progress = e.add
	return New(o), c, e
}

// noLogins hides the logins of the person who runs the tests.
func noLogins(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("DOCKER_CONFIG", dir)
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("REGISTRY_AUTH_FILE", "")
}

// testImage is an image for linux/amd64 with a layer for each content.
func testImage(t *testing.T, contents ...string) v1.Image {
	t.Helper()
	var layers []v1.Layer
	for _, content := range contents {
		layers = append(layers, testLayer(t, content))
	}
	return imageOf(t, layers...)
}

// testLayer is a layer with one file.
func testLayer(t *testing.T, content string) v1.Layer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "file", Mode: 0o644, Size: int64(len(content))}))
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b.Bytes())), nil
	}, tarball.WithMediaType(types.OCILayer))
	require.NoError(t, err)
	return layer
}

// rawImage is an image with one layer of n bytes.
func rawImage(t *testing.T, n int) v1.Image {
	t.Helper()
	return imageOf(t, static.NewLayer(bytes.Repeat([]byte("layer!"), n/6), types.OCIUncompressedLayer))
}

// sizeOf is how many bytes an image has, with config and manifest.
func sizeOf(t *testing.T, img v1.Image) (n int64) {
	t.Helper()
	m, err := img.Manifest()
	require.NoError(t, err)
	for _, l := range m.Layers {
		n += l.Size
	}
	raw, err := img.RawManifest()
	require.NoError(t, err)
	return n + m.Config.Size + int64(len(raw))
}

func imageOf(t *testing.T, layers ...v1.Layer) v1.Image {
	t.Helper()
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	img, err := mutate.AppendLayers(img, layers...)
	require.NoError(t, err)
	file, err := img.ConfigFile()
	require.NoError(t, err)
	file = file.DeepCopy()
	file.OS, file.Architecture = "linux", "amd64"
	img, err = mutate.ConfigFile(img, file)
	require.NoError(t, err)
	return img
}

func digestOfImage(t *testing.T, img v1.Image) string {
	t.Helper()
	h, err := img.Digest()
	require.NoError(t, err)
	return h.String()
}

// asProblem requires a problem with a summary.
func asProblem(t *testing.T, err error, summary string) problem.Problem {
	t.Helper()
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, summary, p.Summary, p.Error())
	return p
}
