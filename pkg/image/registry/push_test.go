package registry

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestPushSendsWhatIsMissingAndTheTagLast(t *testing.T) {
	f := newFake(t)
	c, _, seen := testClient(t, Options{})
	img := testImage(t, "base", "requirements", "code 1")
	digest, err := c.Push(t.Context(), f.host()+"/etl", "dev-1", img)
	require.NoError(t, err)
	assert.Equal(t, digestOfImage(t, img), digest)
	last := f.calls[len(f.calls)-1]
	assert.Equal(t, call{"PUT", "/v2/etl/manifests/dev-1", ""}, last)
	assert.Equal(t, 4, f.count("PUT", "/blobs/"), "three layers and the config")
	assert.Len(t, seen.of(Done), 4)

	assert.Equal(t, sizeOf(t, img), c.Sent())

	// Another process, another code: only that goes over the wire.
	f.forget()
	c, _, seen = testClient(t, Options{})
	next := testImage(t, "base", "requirements", "code 2")
	_, err = c.Push(t.Context(), f.host()+"/etl", "dev-2", next)
	require.NoError(t, err)
	assert.Equal(t, 2, f.count("PUT", "/blobs/"), "code and config")
	assert.Len(t, seen.of(Exists), 2)

	// The same again: one HEAD, no blob is even asked for.
	f.forget()
	again, err := c.Push(t.Context(), f.host()+"/etl", "dev-2", next)
	require.NoError(t, err)
	assert.Equal(t, digestOfImage(t, next), again)
	assert.Equal(t, []call{{"HEAD", "/v2/etl/manifests/dev-2", ""}}, f.calls)
}

func TestATagIsNeverMoved(t *testing.T) {
	f := newFake(t)
	c, _, _ := testClient(t, Options{})
	first := testImage(t, "one")
	_, err := c.Push(t.Context(), f.host()+"/etl", "dev-1", first)
	require.NoError(t, err)
	_, err = c.Push(t.Context(), f.host()+"/etl", "dev-1", testImage(t, "two"))
	p := asProblem(t, err, "the tag belongs to another image already")
	assert.Contains(t, p.Detail, digestOfImage(t, first))
	assert.Equal(t, f.host()+"/etl", p.Resource)
	digest, found, err := c.Find(t.Context(), f.host()+"/etl", "dev-1")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, digestOfImage(t, first), digest)
}

// ECR answers so when a tag appears between the question and the push.
func TestATagThatAppearsMeanwhile(t *testing.T) {
	for _, same := range []bool{true, false} {
		t.Run(fmt.Sprint("same image ", same), func(t *testing.T) {
			f := newFake(t)
			c, _, _ := testClient(t, Options{})
			img, other := testImage(t, "mine"), testImage(t, "other")
			if same {
				other = img
			}
			raced := false
			f.fault = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/manifests/") || raced {
					return false
				}
				raced = true
				f.mu.Lock()
				f.fault = nil
				f.mu.Unlock()
				ref, err := name.ParseReference(f.host() + "/etl:dev-1")
				require.NoError(t, err)
				require.NoError(t, remote.Write(ref, other))
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, `{"errors":[{"code":"TAG_INVALID","message":"The image tag 'dev-1' already exists in the 'etl' repository and cannot be overwritten because the repository is immutable."}]}`)
				return true
			}
			digest, err := c.Push(t.Context(), f.host()+"/etl", "dev-1", img)
			if same {
				require.NoError(t, err)
				assert.Equal(t, digestOfImage(t, img), digest)
				return
			}
			asProblem(t, err, "the tag belongs to another image already")
		})
	}
}

// A registry without mounts, as ECR is by default: each blob once per repository.
func TestManyPushesShareTheirBlobs(t *testing.T) {
	f := newFake(t)
	c, _, _ := testClient(t, Options{})
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 20 {
		img := testImage(t, "base", "requirements", fmt.Sprint("code ", i))
		group.Go(func() error {
			_, err := c.Push(ctx, f.host()+"/etl", fmt.Sprint("dev-", i), img)
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, 2+20+20, f.count("PUT", "/blobs/"), "two shared layers, and a code and a config each")
	assert.Equal(t, 2+20+20, f.count("HEAD", "/blobs/"))
	assert.Equal(t, 20, f.count("PUT", "/manifests/"))
	assert.Equal(t, 1, f.count("GET", "/v2/"), "one greeting")
	for i := range 20 {
		ref, err := name.ParseReference(fmt.Sprint(f.host(), "/etl:dev-", i))
		require.NoError(t, err)
		img, err := remote.Image(ref)
		require.NoError(t, err)
		require.NoError(t, validate.Image(img))
	}
}

// A registry that does not mount is asked for it once.
func TestARegistryWithoutMounts(t *testing.T) {
	f := newFake(t)
	// The registry of this process has one store for all repositories: hide that.
	f.fault = func(w http.ResponseWriter, r *http.Request) bool {
		hidden := r.Method == http.MethodHead && strings.Contains(r.URL.Path, "/blobs/")
		if hidden {
			w.WriteHeader(http.StatusNotFound)
		}
		return hidden
	}
	c, _, seen := testClient(t, Options{})
	for i := range 5 {
		_, err := c.Push(t.Context(), fmt.Sprint(f.host(), "/etl-", i), "dev", testImage(t, "shared", fmt.Sprint(i)))
		require.NoError(t, err)
	}
	assert.Empty(t, seen.of(Mounted))
	mounts := 0
	for _, call := range f.calls {
		if strings.Contains(call.query, "mount=") {
			mounts++
		}
	}
	assert.Equal(t, 1, mounts)
	assert.Equal(t, 5*3, f.count("PUT", "/blobs/"))
}

func TestBlobsThatVanishAreSentAgain(t *testing.T) {
	f := newFake(t)
	c, _, _ := testClient(t, Options{})
	gone := true
	f.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/manifests/") || !gone {
			return false
		}
		gone = false
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry"}]}`)
		return true
	}
	_, err := c.Push(t.Context(), f.host()+"/etl", "a", testImage(t, "x"))
	require.NoError(t, err)
	assert.Equal(t, 4, f.count("HEAD", "/blobs/"), "each blob is looked for again")
}

type unpacked struct {
	v1.Layer
	bytes int64
}

func (u unpacked) UncompressedSize() (int64, error) { return u.bytes, nil }

func TestWhatIsTooLargeIsRefusedBeforeAnythingIsSent(t *testing.T) {
	f := newFake(t)
	c, _, _ := testClient(t, Options{})
	big := unpacked{static.NewLayer([]byte("x"), types.OCIUncompressedLayer), LambdaMaxImage + 1}
	_, err := c.Push(t.Context(), f.host()+"/etl", "a", imageOf(t, big))
	p := asProblem(t, err, "the image is larger than Lambda allows")
	assert.Contains(t, p.Detail, "at most 10.0 GiB")
	assert.Empty(t, f.calls)

	c, _, _ = testClient(t, Options{MaxImage: -1})
	_, err = c.Push(t.Context(), f.host()+"/etl", "a", imageOf(t, big))
	require.NoError(t, err)
}

func TestNamesAreChecked(t *testing.T) {
	c, _, _ := testClient(t, Options{})
	img := testImage(t, "x")
	for _, tc := range []struct{ repository, tag, summary string }{
		{"https://localhost:1/etl", "a", "the repository's name is not one that registries take"},
		{"user:hunter2@localhost:1/etl", "a", "the repository's name is not one that registries take"},
		{"localhost:1/ETL", "a", "the repository's name is not one that registries take"},
		{"localhost:1/etl", "a/b", "the tag is not one that registries take"},
		{"localhost:1/etl", "", "the tag is not one that registries take"},
		{"localhost:1/etl", strings.Repeat("a", 129), "the tag is not one that registries take"},
		{"localhost:1/etl", "a@sha256:00", "the tag is not one that registries take"},
	} {
		_, err := c.Push(t.Context(), tc.repository, tc.tag, img)
		asProblem(t, err, tc.summary)
		assert.NotContains(t, err.Error(), "hunter2")
		_, _, err = c.Find(t.Context(), tc.repository, tc.tag)
		asProblem(t, err, tc.summary)
		asProblem(t, c.Delete(t.Context(), tc.repository, tc.tag), tc.summary)
	}
}
