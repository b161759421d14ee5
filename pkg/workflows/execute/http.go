package execute

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// defaultTimeout of a request in seconds.
// https://cloud.google.com/workflows/docs/reference/stdlib/http/request
const defaultTimeout = 300.0

// request makes an HTTP request: the verb is that of http.get, or "request".
func (t *thread) request(verb string, a map[string]any) (any, error) {
	method := strings.ToUpper(verb)
	if verb == "request" {
		method, _ = a["method"].(string)
	}
	timeout := defaultTimeout
	if v, ok := a["timeout"]; ok {
		var err error
		if timeout, err = number("timeout", v); err != nil {
			return nil, err
		}
		if timeout <= 0 || timeout > syntax.MaxTimeout {
			return nil, expression.Faultf(expression.ValueError, "timeout must be more than 0 and at most %d seconds", syntax.MaxTimeout)
		}
	}
	for _, name := range []string{"private_service_name", "ca_certificate"} {
		if _, ok := a[name]; ok {
			return nil, t.unsupported(syntax.Position{}, "an HTTP request with "+name, "")
		}
	}
	ctx, cancel := context.WithTimeout(t.ctx, time.Duration(timeout*float64(time.Second)))
	defer cancel()
	r, err := newRequest(ctx, method, a)
	if err != nil {
		return nil, err
	}
	if err := t.authorize(ctx, r, a["auth"]); err != nil {
		return nil, err
	}
	response, err := t.options.HTTP.Do(r)
	if err != nil {
		return nil, t.connection(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, syntax.MaxResponse+1))
	if err != nil {
		return nil, t.connection(ctx, err)
	}
	if len(body) > syntax.MaxResponse {
		return nil, expression.Faultf(expression.ResourceLimitError, "the response is larger than %d bytes", syntax.MaxResponse)
	}
	return result(response, body)
}

func (t *thread) authorize(ctx context.Context, r *http.Request, auth any) error {
	if auth == nil {
		return nil
	}
	m, ok := auth.(map[string]any)
	if kind := m["type"]; !ok || kind != "OIDC" && kind != "OAuth2" {
		return expression.Faultf(expression.ValueError, "auth must be a map with type OIDC or OAuth2")
	}
	if t.options.Token == nil {
		return nil
	}
	token, err := t.options.Token(ctx, m, r.URL.String())
	if err != nil {
		return expression.Faultf(expression.AuthError, "no credentials for %s: %v", r.URL.Host, err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// connection is the fault of a request without a complete answer.
// https://cloud.google.com/workflows/docs/reference/syntax/error-types
func (t *thread) connection(ctx context.Context, err error) error {
	var dial *net.OpError
	var dns *net.DNSError
	switch {
	case t.ctx.Err() != nil:
		return t.ctx.Err()
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return expression.Faultf(expression.TimeoutError, "the request took too long")
	case errors.As(err, &dns), errors.As(err, &dial) && dial.Op == "dial":
		return expression.Faultf(expression.ConnectionFailedError, "%v", err)
	}
	return expression.Faultf(expression.ConnectionError, "%v", err)
}

// result is what a call of http.get and its like gives, or the HttpError.
func result(response *http.Response, body []byte) (any, error) {
	headers := map[string]any{}
	for name, values := range response.Header {
		headers[name] = strings.Join(values, ", ")
	}
	m := map[string]any{"code": int64(response.StatusCode), "headers": headers, "body": decode(response.Header.Get("Content-Type"), body)}
	if response.StatusCode < 400 {
		return m, nil
	}
	m["tags"] = []any{expression.HTTPError}
	m["message"] = "HTTP server responded with error code " + strconv.Itoa(response.StatusCode)
	return nil, &expression.Fault{Value: m}
}
