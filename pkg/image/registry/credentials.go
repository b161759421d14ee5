package registry

import (
	"context"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// credentials are what a conversation logs in with, and what a person calls them.
type credentials struct {
	auth   authn.Authenticator
	source string
}

// The sources of credentials, as messages name them.
const (
	fromECR       = "AWS credentials, through an ECR token"
	fromGoogle    = "Google credentials"
	fromDocker    = "the Docker configuration's login"
	fromAnonymous = "no credentials"
)

// keychain finds a registry's credentials, in this order:
//
//   - private ECR: the AWS SDK's credentials; the Docker configuration when the SDK
//     finds none;
//   - Artifact Registry and gcr.io: Google's application default credentials, then
//     gcloud's, then the Docker configuration;
//   - any other, public.ecr.aws too: the Docker configuration or Podman's auth file,
//     with their credential helpers;
//   - else none.
type keychain struct {
	options Options
	mu      sync.Mutex
	tokens  map[ecrHost]*ecrToken
	google  *googleToken
}

func newKeychain(o Options) *keychain {
	return &keychain{options: o, tokens: map[ecrHost]*ecrToken{}, google: newGoogleToken(o.Google)}
}

// credentialsError is a failure to get credentials, before any registry is asked.
type credentialsError struct {
	source string
	err    error
}

func (e credentialsError) Error() string { return e.err.Error() }
func (e credentialsError) Unwrap() error { return e.err }

func (k *keychain) resolve(ctx context.Context, repo name.Repository) (credentials, error) {
	if host, ok := k.ecr(repo.RegistryStr()); ok {
		token := k.token(host)
		_, err := token.AuthorizationContext(ctx)
		if err == nil {
			return credentials{auth: token, source: fromECR}, nil
		}
		if isNoCredentials(err) {
			if c, err := dockerCredentials(ctx, repo); err == nil && c.source == fromDocker {
				return c, nil
			}
		}
		return credentials{}, err
	}
	if isGoogle(repo.RegistryStr()) {
		auth, err := k.google.login(ctx)
		if err == nil {
			return credentials{auth: auth, source: fromGoogle}, nil
		}
		if ctx.Err() != nil {
			return credentials{}, ctx.Err()
		}
		c, dockerErr := dockerCredentials(ctx, repo)
		if dockerErr == nil && c.source == fromAnonymous { // it may do: Google's launcher images are public
			c.source += " (" + clean(reason(err)) + ")"
		}
		return c, dockerErr
	}
	return dockerCredentials(ctx, repo)
}

func dockerCredentials(ctx context.Context, repo name.Repository) (credentials, error) {
	auth, err := authn.Resolve(ctx, authn.DefaultKeychain, repo)
	if err != nil {
		return credentials{}, credentialsError{source: fromDocker, err: err}
	}
	if auth == authn.Anonymous {
		return credentials{auth: auth, source: fromAnonymous}, nil
	}
	return credentials{auth: auth, source: fromDocker}, nil
}

// generation counts the tokens that were got for a repository's registry.
func (k *keychain) generation(repo name.Repository) int {
	if host, ok := k.ecr(repo.RegistryStr()); ok {
		return int(k.token(host).generation.Load())
	}
	if isGoogle(repo.RegistryStr()) {
		return int(k.google.generation.Load())
	}
	return 0
}

// renew forgets a token that the registry has refused, unless another request has
// replaced it already.
func (k *keychain) renew(repo name.Repository, generation int) {
	if host, ok := k.ecr(repo.RegistryStr()); ok {
		k.token(host).forget(generation)
	}
	if isGoogle(repo.RegistryStr()) {
		k.google.forget(generation)
	}
}

func (k *keychain) ecr(registry string) (ecrHost, bool) {
	return parseECRHost(registry, k.options.Endpoint != "")
}

func (k *keychain) token(host ecrHost) *ecrToken {
	k.mu.Lock()
	defer k.mu.Unlock()
	host.account = "" // a token is good for all accounts that its owner may read
	t := k.tokens[host]
	if t == nil {
		t = newECRToken(func(ctx context.Context) (ecrAPI, error) { return newECRClient(ctx, host, k.options) })
		k.tokens[host] = t
	}
	return t
}

// isGoogle reports whether Google's credentials fit a host. A name that only ends
// like Google's own is not enough for the broad google.com.
func isGoogle(host string) bool {
	return host == "gcr.io" || strings.HasSuffix(host, ".gcr.io") || strings.HasSuffix(host, ".pkg.dev")
}
