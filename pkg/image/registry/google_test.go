package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/google"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/sync/errgroup"
)

const (
	googleRegistry   = "europe-west2-docker.pkg.dev"
	googleRepository = googleRegistry + "/exampledorc-data/exampledorc/raw-flights"
)

// fakeGoogle gives out tokens, and is a registry that wants the newest one as the
// password of a login, and the bearer token of that login afterwards.
type fakeGoogle struct {
	*fake
	mu      sync.Mutex
	found   int
	tokens  int
	logins  int
	absent  error
	refuses int // an HTTP status for every request that is logged in
}

func newFakeGoogle(t *testing.T) *fakeGoogle {
	t.Helper()
	g := &fakeGoogle{fake: newFake(t)}
	g.fault = func(w http.ResponseWriter, r *http.Request) bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		if r.URL.Path == "/v2/token" {
			user, password, _ := r.BasicAuth()
			if user != "_token" || password != fmt.Sprint("access-", g.tokens) {
				w.WriteHeader(http.StatusUnauthorized)
				return true
			}
			g.logins++
			fmt.Fprintf(w, `{"token":"bearer-%d"}`, g.tokens)
			return true
		}
		if r.Header.Get("Authorization") != fmt.Sprint("Bearer bearer-", g.tokens) || g.tokens == 0 {
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/v2/token",service=%q`, r.Host, googleRegistry))
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		if g.refuses != 0 && r.URL.Path != "/v2/" {
			w.WriteHeader(g.refuses)
			fmt.Fprint(w, `{"errors":[{"code":"DENIED","message":"Permission \"artifactregistry.repositories.uploadArtifacts\" denied"}]}`)
			return true
		}
		return false
	}
	return g
}

// Token implements oauth2.TokenSource. It never ends one by itself.
func (g *fakeGoogle) Token() (*oauth2.Token, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return &oauth2.Token{AccessToken: fmt.Sprint("access-", g.tokens)}, nil
}

func (g *fakeGoogle) find(context.Context) (authn.Authenticator, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.found++
	if g.absent != nil {
		return nil, g.absent
	}
	g.tokens++
	return google.NewTokenSourceAuthenticator(g), nil
}

// client reaches the fake registry under Artifact Registry's name.
func (g *fakeGoogle) client(t *testing.T) (*Client, *clock, *events) {
	t.Helper()
	carrier := http.DefaultTransport.(*http.Transport).Clone()
	carrier.DialContext = leadTo(g.host())
	t.Cleanup(carrier.CloseIdleConnections)
	return testClient(t, Options{
		Google: g.find, Transport: carrier, Insecure: func(host string) bool { return host == googleRegistry },
	})
}

// One look for credentials serves all images; tags are deleted by the registry's
// own API, and the other tags of an image stay.
func TestGooglePushFindDelete(t *testing.T) {
	g := newFakeGoogle(t)
	c, _, _ := g.client(t)
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 10 {
		img := testImage(t, "base", fmt.Sprint(i))
		group.Go(func() error {
			_, err := c.Push(ctx, fmt.Sprint(googleRepository, i), "dev", img)
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, 1, g.found)
	_, err := c.Push(t.Context(), googleRepository+"3", "prod", testImage(t, "base", "3"))
	require.NoError(t, err)

	require.NoError(t, c.Delete(t.Context(), googleRepository+"3", "dev"))
	_, found, err := c.Find(t.Context(), googleRepository+"3", "dev")
	require.NoError(t, err)
	assert.False(t, found)
	_, found, err = c.Find(t.Context(), googleRepository+"3", "prod")
	require.NoError(t, err)
	assert.True(t, found)
	require.NoError(t, c.Delete(t.Context(), googleRepository+"3", "dev"), "what is gone is no error")
}

// Credentials that the registry refuses are looked for once more.
func TestGoogleTokenIsRenewed(t *testing.T) {
	g := newFakeGoogle(t)
	c, clock, _ := g.client(t)
	_, err := c.Push(t.Context(), googleRepository, "dev", testImage(t, "x"))
	require.NoError(t, err)
	g.mu.Lock()
	g.tokens++ // the one in use is good no more
	g.mu.Unlock()
	_, found, err := c.Find(t.Context(), googleRepository, "dev")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Empty(t, clock.waits)
}

// Who has no credentials is told what to do, and by which registry.
func TestGoogleWithoutCredentials(t *testing.T) {
	g := newFakeGoogle(t)
	g.absent = errors.New("google: could not find default credentials")
	c, _, _ := g.client(t)
	_, err := c.Push(t.Context(), googleRepository, "dev", testImage(t, "x"))
	p := asProblem(t, err, "the registry refuses the credentials")
	assert.Contains(t, p.Detail, "could not find default credentials")
	assert.Contains(t, p.Hint, "gcloud auth application-default login")
	assert.Equal(t, 1, g.found, "nobody looks again")
}

// The role that is missing is named.
func TestGooglePermissions(t *testing.T) {
	g := newFakeGoogle(t)
	c, _, _ := g.client(t)
	g.refuses = http.StatusForbidden
	_, err := c.Push(t.Context(), googleRepository, "dev", testImage(t, "x"))
	p := asProblem(t, err, "the credentials are not allowed to do this")
	assert.Contains(t, p.Hint, "roles/artifactregistry.writer")
	err = c.Delete(t.Context(), googleRepository, "dev")
	assert.Contains(t, asProblem(t, err, "the credentials are not allowed to do this").Hint, "roles/artifactregistry.repoAdmin")
	_, _, err = c.Find(t.Context(), googleRepository, "dev")
	assert.Contains(t, asProblem(t, err, "the credentials are not allowed to do this").Hint, "roles/artifactregistry.reader")
	g.refuses = http.StatusNotFound
	_, err = c.Push(t.Context(), googleRepository, "dev", testImage(t, "x"))
	assert.Contains(t, asProblem(t, err, "the image repository does not exist").Hint, "gcp.repository_name")
}

// Lambda's limit is not Dataflow's.
func TestGoogleTakesLargeImages(t *testing.T) {
	g := newFakeGoogle(t)
	c, _, _ := g.client(t)
	big := unpacked{static.NewLayer([]byte("x"), types.OCIUncompressedLayer), LambdaMaxImage + 1}
	_, err := c.Push(t.Context(), googleRepository, "dev", imageOf(t, big))
	require.NoError(t, err)
}
