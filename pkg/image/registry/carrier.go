package registry

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// defaultTransport is Go's own with room for parallel uploads to one host.
func defaultTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	t.WriteBufferSize = 64 << 10
	t.ReadBufferSize = 64 << 10
	return t
}

// isLoopback reports whether a host, with or without a port, is this machine.
func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if ip := net.ParseIP(strings.Trim(host, "[]")); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// plainGuard refuses plain HTTP to hosts that are not allowed it, so that
// credentials and images never travel unprotected by mistake.
type plainGuard struct {
	allowed func(host string) bool
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (g *plainGuard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "http" && !g.allowed(r.URL.Host) {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, plainHTTPError{host: r.URL.Host}
	}
	return g.next.RoundTrip(r)
}

type plainHTTPError struct{ host string }

func (e plainHTTPError) Error() string {
	return fmt.Sprintf("plain HTTP to %s is not allowed", e.host)
}

// timesSent is the context key under which a request's sendings are counted.
type timesSent struct{}

func countSendings(ctx context.Context) context.Context {
	return context.WithValue(ctx, timesSent{}, new(int))
}

// rewinder gives a request its body again when the layer above sends the request
// a second time, as the bearer transport does after it has renewed its token.
type rewinder struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t rewinder) RoundTrip(r *http.Request) (*http.Response, error) {
	n, counted := r.Context().Value(timesSent{}).(*int)
	if !counted || r.GetBody == nil {
		return t.next.RoundTrip(r)
	}
	*n++
	if *n > 1 {
		_ = r.Body.Close()
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		r = r.WithContext(r.Context())
		r.Body = body
	}
	return t.next.RoundTrip(r)
}
