package registry

import (
	"context"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/google"
	"golang.org/x/oauth2"
	googleoauth "golang.org/x/oauth2/google"
)

// cloudPlatform is the scope of what may be done in a Google project. Source:
// https://cloud.google.com/artifact-registry/docs/docker/authentication#token
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

// googleToken is a login with tokens that Google gives out. All repositories share
// one. Tokens are renewed before they end.
type googleToken struct {
	find func(context.Context) (authn.Authenticator, error)
	turn chan struct{}
	// auth gives tokens; failure says why there are none.
	auth    authn.Authenticator
	failure error
	// generation counts how often credentials were looked for.
	generation atomic.Int64
}

func newGoogleToken(find func(context.Context) (authn.Authenticator, error)) *googleToken {
	if find == nil {
		find = findGoogle
	}
	return &googleToken{find: find, turn: make(chan struct{}, 1)}
}

// findGoogle finds the application default credentials, else gcloud's.
func findGoogle(ctx context.Context) (authn.Authenticator, error) {
	// The source keeps the context for all later tokens.
	ctx = context.WithoutCancel(ctx)
	source, err := googleoauth.DefaultTokenSource(ctx, cloudPlatform)
	if err == nil {
		return google.NewTokenSourceAuthenticator(oauth2.ReuseTokenSource(nil, source)), nil
	}
	auth, gcloudErr := google.NewGcloudAuthenticator(ctx)
	if gcloudErr != nil || auth == authn.Anonymous {
		return nil, err
	}
	return auth, nil
}

// login is an authenticator that has given a token just now. Without credentials it
// is an error, and nobody is asked again for as long as the client lives.
func (t *googleToken) login(ctx context.Context) (authn.Authenticator, error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if t.failure != nil {
		return nil, t.failure
	}
	if t.auth == nil {
		if t.auth, t.failure = t.find(ctx); t.failure != nil {
			return nil, t.failure
		}
		t.generation.Add(1)
	}
	if _, err := t.auth.Authorization(); err != nil {
		return nil, err
	}
	return t.auth, nil
}

// forget makes the next login look for credentials anew, when the present ones are
// of the given generation.
func (t *googleToken) forget(generation int) {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
	if int(t.generation.Load()) == generation {
		t.auth = nil
	}
}
