package registry

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// statusError is an answer that says no. Codes and message are the registry's, in
// the form of https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes.
type statusError struct {
	status     int
	codes      []string
	message    string
	retryAfter time.Duration
}

// Error says the status and the registry's own words, without address and headers.
func (e *statusError) Error() string {
	s := fmt.Sprintf("status %d %s", e.status, http.StatusText(e.status))
	if len(e.codes) > 0 {
		s += ", " + strings.Join(e.codes, ", ")
	}
	if e.message != "" {
		s += ": " + e.message
	}
	return s
}

func (e *statusError) has(code string) bool { return slices.Contains(e.codes, code) }

// statusOf reads an answer. It takes at most 64 KiB of it.
func statusOf(resp *http.Response) error {
	e := &statusError{status: resp.StatusCode, retryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil && len(body) == 0 {
		return e
	}
	var words struct {
		Errors []struct{ Code, Message string }
	}
	if json.Unmarshal(body, &words) != nil {
		return e
	}
	for _, w := range words.Errors {
		e.add(w.Code, w.Message)
	}
	return e
}

func (e *statusError) add(code, message string) {
	if code = clean(code); code != "" && !slices.Contains(e.codes, code) {
		e.codes = append(e.codes, code)
	}
	if message != "" && e.message == "" {
		e.message = clean(message)
	}
}

// toStatusError turns the login's errors into ours. A certificate that is not
// trusted counts more than what was tried after it.
func toStatusError(err error) error {
	var (
		theirs    *transport.Error
		untrusted *tls.CertificateVerificationError
	)
	if errors.As(err, &untrusted) {
		return untrusted
	}
	if !errors.As(err, &theirs) {
		return err
	}
	e := &statusError{status: theirs.StatusCode}
	for _, d := range theirs.Errors {
		e.add(string(d.Code), d.Message)
	}
	return e
}

// statusIs reports whether err is an answer of one of the statuses.
func statusIs(err error, statuses ...int) bool {
	var e *statusError
	return errors.As(err, &e) && slices.Contains(statuses, e.status)
}

// hasCode reports whether err is an answer with one of the registry's codes.
func hasCode(err error, codes ...string) bool {
	var e *statusError
	return errors.As(err, &e) && slices.ContainsFunc(codes, e.has)
}

// retryAfter reads the header of that name: seconds or a date. It is 0 when there
// is none (RFC 9110, 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
