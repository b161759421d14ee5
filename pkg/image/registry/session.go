package registry

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// target is what a conversation is about: a repository, what is done there
// (transport.PullScope, …), and another repository that is read at the same time.
type target struct {
	repo   name.Repository
	action string
	from   name.Repository
}

// session is a logged-in conversation about a target.
type session struct {
	repo   name.Repository
	source string
	client *http.Client
	c      *Client
}

// door is where the conversations about a target begin: one at a time, so that
// many pushes to a repository log in once.
type door struct {
	turn chan struct{}
	open *session
}

// session logs in, or returns the conversation that is open already.
func (c *Client) session(ctx context.Context, t target) (*session, error) {
	c.mu.Lock()
	d := c.doors[t]
	if d == nil {
		d = &door{turn: make(chan struct{}, 1)}
		c.doors[t] = d
	}
	c.mu.Unlock()
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if d.open != nil {
		return d.open, nil
	}
	s, err := c.login(ctx, t)
	d.open = s
	return s, err
}

func (c *Client) login(ctx context.Context, t target) (*session, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.options.Silence, errSilent)
	defer cancel()
	creds, err := c.keys.resolve(ctx, t.repo)
	if err != nil {
		return nil, silence(ctx, err)
	}
	scopes := []string{t.repo.Scope(t.action)}
	if t.from != (name.Repository{}) {
		scopes = append(scopes, t.from.Scope(transport.PullScope))
	}
	carrier, err := transport.NewWithContext(ctx, t.repo.Registry, creds.auth, c.carrier, scopes)
	if err != nil {
		return nil, sourced{source: creds.source, err: toStatusError(silence(ctx, err))}
	}
	return &session{repo: t.repo, source: creds.source, c: c, client: &http.Client{
		Transport: carrier, CheckRedirect: noDowngrade,
	}}, nil
}

// forget ends a conversation whose login, of the given generation, was refused.
// The next one logs in anew.
func (c *Client) forget(t target, generation int) {
	c.keys.renew(t.repo, generation)
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.doors, t)
}

// noDowngrade follows redirects, ten at most, but none from HTTPS to plain HTTP.
func noDowngrade(r *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("the registry redirects without end")
	}
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return plainHTTPError{host: r.URL.Host}
	}
	return nil
}

// url is an address below the session's repository: "manifests/<tag>".
func (s *session) url(path string) *url.URL {
	return &url.URL{
		Scheme: s.repo.Scheme(),
		Host:   s.repo.RegistryStr(),
		Path:   "/v2/" + s.repo.RepositoryStr() + "/" + path,
	}
}

// sourced is an error with the kind of credentials that were used.
type sourced struct {
	source string
	err    error
}

func (e sourced) Error() string { return e.err.Error() }
func (e sourced) Unwrap() error { return e.err }
