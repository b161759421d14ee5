package registry

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/google/go-containerregistry/pkg/authn"
)

// tokenMargin is how long before its end a token is replaced. ECR's are good for
// twelve hours.
const tokenMargin = 10 * time.Minute

// ecrToken is a registry login that AWS gives out. One request is made at a time,
// and one for all repositories of a region.
type ecrToken struct {
	connect func(context.Context) (ecrAPI, error)
	now     func() time.Time
	turn    chan struct{}
	api     ecrAPI
	login   *authn.AuthConfig
	until   time.Time
	// generation counts the tokens.
	generation atomic.Int64
}

func newECRToken(connect func(context.Context) (ecrAPI, error)) *ecrToken {
	return &ecrToken{connect: connect, now: time.Now, turn: make(chan struct{}, 1)}
}

func (t *ecrToken) lock(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *ecrToken) unlock() { <-t.turn }

// Authorization implements authn.Authenticator.
func (t *ecrToken) Authorization() (*authn.AuthConfig, error) {
	return t.AuthorizationContext(context.Background())
}

// AuthorizationContext implements authn.ContextAuthenticator. Its errors are
// credentialsErrors.
func (t *ecrToken) AuthorizationContext(ctx context.Context) (*authn.AuthConfig, error) {
	if err := t.lock(ctx); err != nil {
		return nil, err
	}
	defer t.unlock()
	if t.login != nil && t.now().Before(t.until) {
		return t.login, nil
	}
	if err := t.dial(ctx); err != nil {
		return nil, err
	}
	out, err := t.api.GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		return nil, credentialsError{source: fromECR, err: err}
	}
	if len(out.AuthorizationData) == 0 {
		return nil, credentialsError{source: fromECR, err: errors.New("ECR gave no token")}
	}
	data := out.AuthorizationData[0]
	plain, err := base64.StdEncoding.DecodeString(aws.ToString(data.AuthorizationToken))
	user, password, found := strings.Cut(string(plain), ":")
	if err != nil || !found {
		return nil, credentialsError{source: fromECR, err: errors.New("ECR's token is not of the form that its documentation gives")}
	}
	t.generation.Add(1)
	t.login = &authn.AuthConfig{Username: user, Password: password}
	t.until = t.now().Add(time.Hour)
	if data.ExpiresAt != nil {
		t.until = data.ExpiresAt.Add(-tokenMargin)
	}
	return t.login, nil
}

func (t *ecrToken) dial(ctx context.Context) error {
	if t.api != nil {
		return nil
	}
	api, err := t.connect(ctx)
	if err != nil {
		return credentialsError{source: fromECR, err: err}
	}
	t.api = api
	return nil
}

// client is ECR's API with the credentials of the token.
func (t *ecrToken) client(ctx context.Context) (ecrAPI, error) {
	if err := t.lock(ctx); err != nil {
		return nil, err
	}
	defer t.unlock()
	err := t.dial(ctx)
	return t.api, err
}

// forget makes the next request ask for a new token, when the present one is of
// the given generation.
func (t *ecrToken) forget(generation int) {
	t.turn <- struct{}{}
	defer t.unlock()
	if int(t.generation.Load()) == generation {
		t.login = nil
	}
}
