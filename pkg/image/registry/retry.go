package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	// maxTries is how often a request is made, the first time included.
	maxTries = 5
	// maxWait is how long the pauses between tries last together.
	maxWait = time.Minute
)

// tried is an error after the last try.
type tried struct {
	err    error
	tries  int
	source string
}

func (e tried) Error() string { return e.err.Error() }
func (e tried) Unwrap() error { return e.err }

// try runs op in a conversation about t until it succeeds: again after failures
// that pass, with growing pauses; once again with new credentials after a 401.
// note hears of each failure that is tried again; without it Progress does, of no
// blob. The error is a tried.
func (c *Client) try(ctx context.Context, t target, note func(attempt int, reason string), op func(*session) error) error {
	if note == nil {
		note = func(attempt int, reason string) {
			c.options.Progress(Event{Repository: t.repo.Name(), State: Retrying, Attempt: attempt, Reason: reason})
		}
	}
	var waited time.Duration
	renewed := false
	for n := 1; ; n++ {
		generation := c.keys.generation(t.repo)
		s, err := c.session(ctx, t)
		source := ""
		if err == nil {
			source = s.source
			err = op(s)
		}
		var named sourced
		if errors.As(err, &named) {
			source, err = named.source, named.err
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case statusIs(err, http.StatusUnauthorized) && !renewed:
			renewed = true
			c.forget(t, generation)
			n--
			continue
		case !passes(err) || n == maxTries:
			return tried{err: err, tries: n, source: source}
		}
		wait := delay(n, err)
		if waited += wait; waited > maxWait {
			return tried{err: err, tries: n, source: source}
		}
		note(n, reason(err))
		if err := c.options.Wait(ctx, wait); err != nil {
			return err
		}
	}
}

// delay is the pause after the nth failure: what the registry asks for, or about
// 1, 3, 9 and 27 seconds, spread so that many clients do not come back at once.
func delay(n int, err error) time.Duration {
	var status *statusError
	if errors.As(err, &status) && status.retryAfter > 0 {
		return status.retryAfter + rand.N(250*time.Millisecond)
	}
	d := time.Second
	for range n - 1 {
		d *= 3
	}
	return d*3/4 + rand.N(d/4)
}

// passes reports whether a failure may be gone at the next try.
func passes(err error) bool {
	var status *statusError
	if errors.As(err, &status) {
		switch status.status {
		case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, 499, 522:
			return true
		}
		// The registry has lost the upload: it is begun anew.
		return status.has("BLOB_UPLOAD_UNKNOWN") || status.has("BLOB_UPLOAD_INVALID")
	}
	var (
		credentials credentialsError
		plain       plainHTTPError
		read        readError
		dns         *net.DNSError
		untrusted   *tls.CertificateVerificationError
		unknown     x509.UnknownAuthorityError
		notTLS      tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &credentials), errors.As(err, &plain):
		return false
	case errors.As(err, &read):
		return errors.Is(err, errDamaged)
	case errors.As(err, &dns):
		return !dns.IsNotFound
	case errors.As(err, &untrusted), errors.As(err, &unknown), errors.As(err, &notTLS), notHTTPS(err):
		return false
	case errors.Is(err, errProtocol):
		return false
	}
	return true // what is left came from the connection
}

// errProtocol is an answer that no registry should give.
var errProtocol = errors.New("the registry's answer is not of the protocol")

func protocolError(format string, values ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errProtocol}, values...)...)
}

// notHTTPS reports whether a server speaks plain HTTP where HTTPS was expected;
// net/http has no type for it.
func notHTTPS(err error) bool {
	return strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}
