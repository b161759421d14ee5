package execute

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
)

// newRequest builds a request from the arguments of http.request.
// https://cloud.google.com/workflows/docs/reference/stdlib/http/request
func newRequest(ctx context.Context, method string, a map[string]any) (*http.Request, error) {
	address, _ := a["url"].(string)
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, expression.Faultf(expression.ValueError, "%q is not an http or https address", address)
	}
	query, err := values("query", a["query"])
	if err != nil {
		return nil, err
	}
	if len(query) > 0 {
		all := u.Query()
		for name, v := range query {
			all[name] = append(all[name], v...)
		}
		u.RawQuery = all.Encode()
	}
	header := http.Header{}
	if given, ok := a["headers"]; ok {
		m, ok := given.(map[string]any)
		if !ok {
			return nil, expression.Faultf(expression.TypeError, "headers must be a map, not %s", expression.TypeOf(given))
		}
		for name, v := range m {
			s, ok := v.(string)
			if !ok {
				return nil, expression.Faultf(expression.TypeError, "header %s must be a string, not %s", name, expression.TypeOf(v))
			}
			header.Set(name, s)
		}
	}
	body, err := encode(header, a["body"])
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, expression.Faultf(expression.ValueError, "the request is not possible: %v", err)
	}
	r.Header = header
	return r, nil
}

// encode writes the body, as its Content-Type says; JSON when there is none.
func encode(header http.Header, body any) (io.Reader, error) {
	if body == nil {
		return nil, nil
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json; charset=utf-8")
		if _, ok := body.([]byte); ok {
			header.Set("Content-Type", "application/octet-stream")
		}
	}
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	if raw, ok := body.([]byte); ok {
		return bytes.NewReader(raw), nil
	}
	switch {
	case isJSON(kind):
		b, err := expression.EncodeJSON(body)
		return bytes.NewReader(b), err
	case kind == "application/x-www-form-urlencoded":
		if s, ok := body.(string); ok {
			return strings.NewReader(s), nil
		}
		form, err := values("body", body)
		return strings.NewReader(form.Encode()), err
	}
	if s, ok := body.(string); ok {
		return strings.NewReader(s), nil
	}
	return nil, expression.Faultf(expression.TypeError, "a body of type %s must be a string or bytes, not %s", kind, expression.TypeOf(body))
}

// values are the entries of a query or form: texts, numbers, booleans, or lists
// of them.
func values(what string, v any) (url.Values, error) {
	if v == nil {
		return nil, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, expression.Faultf(expression.TypeError, "%s must be a map, not %s", what, expression.TypeOf(v))
	}
	all := url.Values{}
	for name, v := range m {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, item := range list {
			switch item := item.(type) {
			case string:
				all.Add(name, item)
			case float64:
				all.Add(name, strconv.FormatFloat(item, 'f', -1, 64))
			case bool, int64:
				all.Add(name, fmt.Sprint(item))
			default:
				return nil, expression.Faultf(expression.TypeError, "%s in %s cannot be %s", name, what, expression.TypeOf(item))
			}
		}
	}
	return all, nil
}

func isJSON(kind string) bool { return kind == "application/json" || strings.HasSuffix(kind, "+json") }

// decode reads a response's body: JSON as values, text as a string, all else as
// bytes.
// https://cloud.google.com/workflows/docs/http-requests
func decode(contentType string, body []byte) any {
	kind, _, _ := mime.ParseMediaType(contentType)
	if isJSON(kind) {
		if v, err := expression.DecodeJSON(body); err == nil {
			return v
		}
	}
	if utf8.Valid(body) && (isJSON(kind) || strings.HasPrefix(kind, "text/")) {
		return string(body)
	}
	return body
}
