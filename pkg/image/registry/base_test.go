package registry

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// forPlatform is an image whose config names a platform.
func forPlatform(t *testing.T, img v1.Image, os, arch string) v1.Image {
	t.Helper()
	file, err := img.ConfigFile()
	require.NoError(t, err)
	file = file.DeepCopy()
	file.OS, file.Architecture = os, arch
	img, err = mutate.ConfigFile(img, file)
	require.NoError(t, err)
	return img
}

func putIndex(t *testing.T, reference string, entries ...mutate.IndexAddendum) v1.ImageIndex {
	t.Helper()
	index := mutate.IndexMediaType(mutate.AppendManifests(empty.Index, entries...), types.OCIImageIndex)
	ref, err := name.ParseReference(reference)
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(ref, index))
	return index
}

func entry(img v1.Image, os, arch string) mutate.IndexAddendum {
	e := mutate.IndexAddendum{Add: img}
	if os != "" {
		e.Platform = &v1.Platform{OS: os, Architecture: arch}
	}
	return e
}

func TestResolveGivesTheManifestForLinuxAMD64(t *testing.T) {
	f := newFake(t)
	amd := testImage(t, "amd64")
	arm := forPlatform(t, testImage(t, "arm64"), "linux", "arm64")
	index := putIndex(t, f.host()+"/base:1", entry(arm, "linux", "arm64"), entry(amd, "linux", "amd64"), entry(testImage(t, "attestation"), "unknown", "unknown"))
	putIndex(t, f.host()+"/base:nameless", entry(testImage(t, "nameless"), "", ""))
	want := digestOfImage(t, amd)
	indexDigest, err := index.Digest()
	require.NoError(t, err)

	c, _, _ := testClient(t, Options{Cache: t.TempDir()})
	for _, reference := range []string{"/base:1", "/base@" + indexDigest.String(), "/base:1@" + indexDigest.String(), "/base@" + want} {
		got, err := c.Resolve(t.Context(), f.host()+reference)
		require.NoError(t, err, reference)
		assert.Equal(t, want, got, reference)
	}
	got, err := c.Resolve(t.Context(), f.host()+"/base:nameless")
	require.NoError(t, err)
	assert.Equal(t, digestOfImage(t, testImage(t, "nameless")), got)

	// What the cache has costs a HEAD for a tag, and nothing for a digest.
	f.forget()
	_, err = c.Resolve(t.Context(), f.host()+"/base:1")
	require.NoError(t, err)
	assert.Equal(t, []call{{"HEAD", "/v2/base/manifests/1", ""}}, f.calls)
	f.forget()
	img, err := c.Image(t.Context(), f.host()+"/base@"+want)
	require.NoError(t, err)
	assert.Equal(t, want, digestOfImage(t, img))
	assert.Empty(t, f.calls)
}

func TestBasesThatCannotBe(t *testing.T) {
	f := newFake(t)
	arm := forPlatform(t, testImage(t, "arm64"), "linux", "arm64")
	putIndex(t, f.host()+"/base:arm-index", entry(arm, "linux", "arm64"), entry(arm, "windows", "amd64"))
	ref, err := name.ParseReference(f.host() + "/base:arm")
	require.NoError(t, err)
	require.NoError(t, remote.Write(ref, arm))
	putRaw(t, f, "chart", "application/vnd.oci.image.manifest.v1+json", `{"schemaVersion":2,"mediaType":"application/vnd.cncf.helm","config":{}}`)
	putRaw(t, f, "old", "application/vnd.docker.distribution.manifest.v1+json", `{"schemaVersion":1}`)
	c, _, _ := testClient(t, Options{})
	for reference, tc := range map[string][2]string{
		"/base:arm":       {"the base image is not for linux/amd64", "linux/arm64"},
		"/base:arm-index": {"the base image is not for linux/amd64", "linux/arm64, windows/amd64"},
		"/base:none":      {"the base image does not exist", "base_image"},
		"/none:1":         {"the base image does not exist", "base_image"},
		"/base:chart":     {"the base image cannot be used", "application/vnd.cncf.helm"},
		"/base:old":       {"the base image cannot be used", "schema 1"},
		"/BASE":           {"the base image's name is not one that registries take", "public.ecr.aws"},
	} {
		_, err := c.Resolve(t.Context(), f.host()+reference)
		p := asProblem(t, err, tc[0])
		assert.Contains(t, p.Error(), tc[1])
		_, err = c.Image(t.Context(), f.host()+reference)
		asProblem(t, err, tc[0])
	}
}

func putRaw(t *testing.T, f *fake, tag, mediaType, body string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPut, f.URL+"/v2/base/manifests/"+tag, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", mediaType)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusCreated, resp.StatusCode)
}

func TestLayersAreReadOnceAndThenFromTheCache(t *testing.T) {
	f := newFake(t)
	cacheDir := t.TempDir()
	c, _, _ := testClient(t, Options{Cache: cacheDir})
	_, err := c.Push(t.Context(), f.host()+"/base", "1", testImage(t, "one", "two"))
	require.NoError(t, err)
	img, err := c.Image(t.Context(), f.host()+"/base:1")
	require.NoError(t, err)
	assert.Zero(t, f.count("GET", "/blobs/")-1, "the config only")
	require.NoError(t, validate.Image(img))

	f.forget()
	require.NoError(t, validate.Image(img))
	assert.Empty(t, f.calls)

	// A damaged copy is noticed, removed, and fetched again.
	layers, err := img.Layers()
	require.NoError(t, err)
	digest, err := layers[0].Digest()
	require.NoError(t, err)
	file := filepath.Join(cacheDir, "blobs", "sha256", digest.Hex)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(file, data, 0o600))
	_, err = readLayer(layers[0])
	require.ErrorIs(t, err, errDamaged)
	got, err := readLayer(layers[0])
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	assert.Equal(t, data, got)

	// And during a push, without anybody noticing.
	data[0] ^= 1
	require.NoError(t, os.WriteFile(file, data, 0o600))
	_, err = c.Push(t.Context(), newFake(t).host()+"/etl", "dev", img)
	require.NoError(t, err)

	// A cut copy too.
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = readLayer(layers[0])
	require.NoError(t, err)
	left, err := filepath.Glob(filepath.Join(cacheDir, "blobs", "sha256", ".new-*"))
	require.NoError(t, err)
	assert.Empty(t, left, "nothing half-written stays")
}

func readLayer(l v1.Layer) ([]byte, error) {
	rc, err := l.Compressed()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

func TestDownloadsGoOnWhereTheyWereCut(t *testing.T) {
	for _, ranges := range []bool{true, false} {
		f := newFake(t)
		c, clock, seen := testClient(t, Options{Cache: t.TempDir()})
		img := rawImage(t, 600_000)
		_, err := c.Push(t.Context(), f.host()+"/base", "1", img)
		require.NoError(t, err)
		layers, err := img.Layers()
		require.NoError(t, err)
		want, err := readLayer(layers[0])
		require.NoError(t, err)

		cuts := 0
		f.fault = func(w http.ResponseWriter, r *http.Request) bool {
			digest, _ := layers[0].Digest()
			if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, digest.String()) {
				return false
			}
			rest := want
			if from, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok && ranges {
				var at int
				for _, d := range strings.TrimSuffix(from, "-") {
					at = at*10 + int(d-'0')
				}
				rest = want[at:]
				w.WriteHeader(http.StatusPartialContent)
			}
			if cuts++; cuts <= 2 {
				_, _ = w.Write(rest[:len(rest)/2])
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			}
			_, _ = io.Copy(w, bytes.NewReader(rest))
			return true
		}
		remoteImg, err := c.Image(t.Context(), f.host()+"/base:1")
		require.NoError(t, err)
		layers, err = remoteImg.Layers()
		require.NoError(t, err)
		got, err := readLayer(layers[0])
		require.NoError(t, err)
		assert.True(t, bytes.Equal(want, got))
		assert.NotEmpty(t, clock.waits)
		assert.NotEmpty(t, seen.of(Retrying))
	}
}

func TestABlobThatIsNotItsDigest(t *testing.T) {
	f := newFake(t)
	dir := t.TempDir()
	c, _, _ := testClient(t, Options{Cache: dir})
	img := rawImage(t, 6000)
	_, err := c.Push(t.Context(), f.host()+"/base", "1", img)
	require.NoError(t, err)
	digest := layerDigest(t, img)
	for what, body := range map[string]string{"other": strings.Repeat("LAYER!", 1000), "short": "layer!"} {
		f.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, digest) {
				return false
			}
			_, _ = io.WriteString(w, body)
			return true
		}
		got, err := c.Image(t.Context(), f.host()+"/base:1")
		require.NoError(t, err)
		layers, err := got.Layers()
		require.NoError(t, err)
		_, err = readLayer(layers[0])
		require.Error(t, err, what)
		assert.Contains(t, err.Error(), digest)
		_, err = os.Stat(filepath.Join(dir, "blobs", "sha256", strings.TrimPrefix(digest, "sha256:")))
		assert.ErrorIs(t, err, os.ErrNotExist, what)
	}
}

func layerDigest(t *testing.T, img v1.Image) string {
	t.Helper()
	layers, err := img.Layers()
	require.NoError(t, err)
	digest, err := layers[0].Digest()
	require.NoError(t, err)
	return digest.String()
}

// A cache that cannot be written to is no reason to fail.
func TestNoRoomInTheCache(t *testing.T) {
	f := newFake(t)
	dir := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(dir, nil, 0o600))
	c, _, _ := testClient(t, Options{Cache: dir})
	_, err := c.Push(t.Context(), f.host()+"/base", "1", testImage(t, "one"))
	require.NoError(t, err)
	img, err := c.Image(t.Context(), f.host()+"/base:1")
	require.NoError(t, err)
	require.NoError(t, validate.Image(img))
}
