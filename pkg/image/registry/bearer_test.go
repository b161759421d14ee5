package registry

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// withTokens makes a registry want a bearer token, as Docker Hub and GHCR do. A
// token is good for a few requests, and for the repositories that it was given
// for.
func withTokens(f *fake, uses int) *int {
	var mu sync.Mutex
	given := 0
	left := map[string]int{}
	scopes := map[string][]string{}
	f.fault = func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/token" {
			given++
			token := fmt.Sprint("token-", given)
			left[token], scopes[token] = uses, r.URL.Query()["scope"]
			fmt.Fprintf(w, `{"token":%q}`, token)
			return true
		}
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		repo, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v2/"), "/")
		may := strings.Join(scopes[token], " ")
		allowed := repo == "" || strings.Contains(may, "repository:"+repo+":")
		if from := r.URL.Query().Get("from"); from != "" {
			allowed = allowed && strings.Contains(may, "repository:"+from+":pull")
		}
		if left[token]--; left[token] >= 0 && allowed {
			return false
		}
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="test"`, r.Host))
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	return &given
}

// Tokens end in the middle of a push; the body is then sent again from its start.
func TestBearerTokensThatEnd(t *testing.T) {
	f := newFake(t)
	given := withTokens(f, 2)
	c, clock, _ := testClient(t, Options{Parallel: 1})
	img := rawImage(t, 600_000)
	digest, err := c.Push(t.Context(), f.host()+"/etl", "dev", img)
	require.NoError(t, err)
	assert.Empty(t, clock.waits, "a token's end is no failure")
	got, found, err := c.Find(t.Context(), f.host()+"/etl", "dev")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, digest, got)
	assert.Greater(t, *given, 2)
}

// No change: a greeting for the registry, a token for the repository, one HEAD.
func TestFindIsOneRequest(t *testing.T) {
	f := newFake(t)
	withTokens(f, 100)
	c, _, _ := testClient(t, Options{})
	_, err := c.Push(t.Context(), f.host()+"/etl", "dev", testImage(t, "x"))
	require.NoError(t, err)
	f.forget()
	for range 3 {
		_, found, err := c.Find(t.Context(), f.host()+"/etl", "dev")
		require.NoError(t, err)
		assert.True(t, found)
	}
	assert.Equal(t, 3, f.count("HEAD", "/v2/etl/manifests/dev"))
	assert.Equal(t, 1, f.count("GET", "/token"))
	assert.Len(t, f.calls, 4)
}

// Mounting needs a token for both repositories.
func TestMountsWithTokens(t *testing.T) {
	f := newFake(t)
	behind, err := url.Parse("http://" + debianRegistry(t, ""))
	require.NoError(t, err)
	f.inner = httputil.NewSingleHostReverseProxy(behind)
	withTokens(f, 1000)
	img := testImage(t, "one", "two")
	c, _, _ := testClient(t, Options{})
	_, err = c.Push(t.Context(), f.host()+"/a", "1", img)
	require.NoError(t, err)

	// Another process finds the blobs in one repository and mounts them in the next.
	c, _, seen := testClient(t, Options{})
	_, err = c.Push(t.Context(), f.host()+"/a", "2", img)
	require.NoError(t, err)
	assert.Len(t, seen.of(Exists), 3)
	_, err = c.Push(t.Context(), f.host()+"/b", "1", img)
	require.NoError(t, err)
	assert.Len(t, seen.of(Mounted), 3)
	assert.Empty(t, seen.of(Done))
}

// Many pushes to a repository log in once.
func TestOneLoginForManyPushes(t *testing.T) {
	f := newFake(t)
	given := withTokens(f, 1000)
	c, _, _ := testClient(t, Options{})
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 20 {
		img := testImage(t, fmt.Sprint(i))
		group.Go(func() error {
			_, err := c.Push(ctx, f.host()+"/etl", fmt.Sprint(i), img)
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, 1, *given)
}
