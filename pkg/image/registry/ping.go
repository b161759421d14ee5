package registry

import (
	"errors"
	"net/http"
	"sync"
)

// pings answers the greeting that opens each conversation (GET /v2/, which tells
// the scheme and the way to log in) from memory, once a host has answered it. 200
// repositories of one registry then cost one greeting.
type pings struct {
	next http.RoundTripper
	mu   sync.Mutex
	seen map[string]*greeting
}

type greeting struct {
	done   chan struct{}
	ok     bool
	status int
	header http.Header
}

var errPlainRegistry = errors.New("the registry speaks plain HTTP")

// RoundTrip implements http.RoundTripper.
func (p *pings) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet || r.URL.Path != "/v2/" || r.URL.RawQuery != "" {
		return p.next.RoundTrip(r)
	}
	for {
		known, mine := p.claim(r.URL.Scheme, r.URL.Host)
		switch {
		case known == nil:
			return nil, errPlainRegistry
		case mine:
			return p.ask(r, known)
		}
		select {
		case <-known.done:
			if known.ok {
				return known.response(r), nil
			}
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// claim returns the host's greeting, and whether the caller must ask for it. It
// is nil when HTTPS is asked of a host that has answered over plain HTTP.
func (p *pings) claim(scheme, host string) (g *greeting, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[string]*greeting{}
	}
	if plain := p.seen["http://"+host]; scheme == "https" && plain != nil && plain.ok {
		return nil, false
	}
	key := scheme + "://" + host
	if g = p.seen[key]; g != nil {
		return g, false
	}
	g = &greeting{done: make(chan struct{})}
	p.seen[key] = g
	return g, true
}

func (p *pings) ask(r *http.Request, g *greeting) (*http.Response, error) {
	resp, err := p.next.RoundTrip(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	defer close(g.done)
	if err != nil || (resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusUnauthorized) {
		delete(p.seen, r.URL.Scheme+"://"+r.URL.Host)
		return resp, err
	}
	g.ok, g.status, g.header = true, resp.StatusCode, resp.Header.Clone()
	return resp, nil
}

func (g *greeting) response(r *http.Request) *http.Response {
	return &http.Response{
		Status:     http.StatusText(g.status),
		StatusCode: g.status,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     g.header.Clone(),
		Body:       http.NoBody,
		Request:    r,
	}
}
