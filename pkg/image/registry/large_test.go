package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zeros is a layer of zeros that is nowhere in memory.
type zeros struct {
	size   int64
	digest v1.Hash
}

func newZeros(t *testing.T, size int64) zeros {
	t.Helper()
	h := sha256.New()
	_, err := io.Copy(h, io.LimitReader(zeroReader{}, size))
	require.NoError(t, err)
	return zeros{size: size, digest: v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(h.Sum(nil))}}
}

func (z zeros) Digest() (v1.Hash, error)             { return z.digest, nil }
func (z zeros) DiffID() (v1.Hash, error)             { return z.digest, nil }
func (z zeros) Size() (int64, error)                 { return z.size, nil }
func (z zeros) MediaType() (types.MediaType, error)  { return types.OCIUncompressedLayer, nil }
func (z zeros) Uncompressed() (io.ReadCloser, error) { return z.Compressed() }
func (z zeros) Compressed() (rc io.ReadCloser, e error) {
	return io.NopCloser(io.LimitReader(zeroReader{}, z.size)), nil
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// bottomless is a registry that takes everything and keeps nothing but sums.
func bottomless(t *testing.T) (host string, took func(digest v1.Hash) int64) {
	t.Helper()
	var mu sync.Mutex
	all := map[string]int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			w.WriteHeader(http.StatusOK)
		case http.MethodHead:
			w.WriteHeader(http.StatusNotFound)
		case http.MethodPost:
			w.Header().Set("Location", r.URL.Path+"1")
			w.WriteHeader(http.StatusAccepted)
		default:
			h := sha256.New()
			n, _ := io.Copy(h, r.Body)
			mu.Lock()
			all[hex.EncodeToString(h.Sum(nil))] = n
			mu.Unlock()
			w.WriteHeader(http.StatusCreated)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), func(digest v1.Hash) int64 {
		mu.Lock()
		defer mu.Unlock()
		return all[digest.Hex]
	}
}

const large = 1 << 30

func allocated() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.TotalAlloc)
}

func TestALargeLayerIsNotHeldInMemory(t *testing.T) {
	layer := newZeros(t, large)
	img := imageOf(t, layer)
	host, took := bottomless(t)
	c, _, seen := testClient(t, Options{Parallel: 1})
	before := allocated()
	_, err := c.Push(t.Context(), host+"/etl", "dev", img)
	require.NoError(t, err)
	assert.Less(t, allocated()-before, int64(16<<20))
	assert.EqualValues(t, large, took(layer.digest))
	uploading := seen.of(Uploading)
	assert.NotEmpty(t, uploading)
	assert.LessOrEqual(t, len(uploading), 100)
	assert.EqualValues(t, large, uploading[len(uploading)-1].Size)
}

// The same from one registry to another, and into the cache on the way.
func TestALargeBaseLayerIsPassedOn(t *testing.T) {
	layer := newZeros(t, large/4)
	img := imageOf(t, layer)
	raw, err := img.RawManifest()
	require.NoError(t, err)
	config, err := img.RawConfigFile()
	require.NoError(t, err)
	from := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/manifests/"):
			_, _ = w.Write(raw)
		case strings.HasSuffix(r.URL.Path, layer.digest.String()):
			rc, _ := layer.Compressed()
			_, _ = io.Copy(w, rc)
		case strings.Contains(r.URL.Path, "/blobs/"):
			_, _ = w.Write(config)
		}
	}))
	t.Cleanup(from.Close)
	to, took := bottomless(t)
	c, _, _ := testClient(t, Options{Parallel: 1, Cache: t.TempDir()})
	before := allocated()
	base, err := c.Image(t.Context(), strings.TrimPrefix(from.URL, "http://")+"/base@"+digestOfImage(t, img))
	require.NoError(t, err)
	_, err = c.Push(t.Context(), to+"/etl", "dev", base)
	require.NoError(t, err)
	assert.Less(t, allocated()-before, int64(16<<20))
	assert.EqualValues(t, large/4, took(layer.digest))
}
