package execute

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
)

// echo answers with the request as text, and with what /status/… and the like ask.
func echo(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/json":
		w.Header().Set("Content-Type", "application/problem+json")
		_, _ = w.Write([]byte(`{"n": 1, "d": 1.0, "l": [true, null]}`))
	case "/bytes":
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write([]byte("\x89PNG"))
	case "/large":
		_, _ = w.Write(make([]byte, 3<<20))
	case "/cut":
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("only this"))
	case "/404":
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(404)
		_, _ = w.Write([]byte("not here"))
	default:
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = fmt.Fprintf(w, "%s %s|%s|%s|%s", r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type"), r.Header.Get("X-Own"), body)
	}
}

func request(t *testing.T, call string, o Options) (any, error) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	w := parse(t, "- a:\n    "+strings.ReplaceAll(call, "\n", "\n    ")+"\n    result: r\n- b: {return: '${r.body}'}")
	return Run(t.Context(), w, map[string]any{"url": server.URL}, o)
}

func TestRequests(t *testing.T) {
	for call, want := range map[string]any{
		"call: http.get\nargs: {url: '${args.url + \"/a?x=1\"}', query: {y: [1, 2.5, true], z: a b}, headers: {X-Own: me}}":        "GET /a?x=1&y=1&y=2.5&y=true&z=a+b||me|",
		"call: http.post\nargs: {url: '${args.url}', body: {a: [1, <x>]}}":                                                         `POST /|application/json; charset=utf-8||{"a":[1,"<x>"]}`,
		"call: http.put\nargs: {url: '${args.url}', body: '${text.encode(\"raw\")}'}":                                              "PUT /|application/octet-stream||raw",
		"call: http.patch\nargs: {url: '${args.url}', headers: {Content-Type: application/x-www-form-urlencoded}, body: {a: b c}}": "PATCH /|application/x-www-form-urlencoded||a=b+c",
		"call: http.request\nargs: {method: DELETE, url: '${args.url}', headers: {Content-Type: text/plain}, body: plain}":         "DELETE /|text/plain||plain",
		"call: http.get\nargs: {url: '${args.url + \"/json\"}'}":                                                                   map[string]any{"n": int64(1), "d": 1.0, "l": []any{true, nil}},
	} {
		got, err := request(t, call, Options{})
		require.NoError(t, err, call)
		assert.Equal(t, want, got)
	}
}

func TestRequestErrors(t *testing.T) {
	for path, tag := range map[string]string{"/404": expression.HTTPError, "/large": expression.ResourceLimitError, "/cut": expression.ConnectionError, "/bytes": expression.ValueError} {
		_, err := request(t, "call: http.get\nargs: {url: '${args.url + \""+path+"\"}'}", Options{})
		var f *Failure
		require.ErrorAs(t, err, &f, path)
		assert.True(t, f.Has(tag), "%s: %v", path, f.Value)
		if path == "/404" {
			assert.Equal(t, "not here", f.Value.(map[string]any)["body"])
			assert.Equal(t, "text/plain", f.Value.(map[string]any)["headers"].(map[string]any)["Content-Type"])
		}
	}
	for call, tag := range map[string]string{
		"call: http.get\nargs: {url: '${args.url}', timeout: '${5000}'}":                                 expression.ValueError,
		"call: http.get\nargs: {url: '${args.url}', headers: {a: 1}}":                                    expression.TypeError,
		"call: http.get\nargs: {url: '${args.url}', query: {a: {b: 1}}}":                                 expression.TypeError,
		"call: http.post\nargs: {url: '${args.url}', headers: {Content-Type: text/plain}, body: {a: 1}}": expression.TypeError,
		"call: http.get\nargs: {url: '${args.url}', auth: '${args}'}":                                    expression.ValueError,
		"call: http.request\nargs: {url: '${args.url}', method: '${\"NO WAY\"}'}":                        expression.ValueError,
	} {
		_, err := request(t, call, Options{})
		var f *Failure
		require.ErrorAs(t, err, &f, call)
		assert.True(t, f.Has(tag), "%s: %v", call, f.Value)
	}
	_, err := request(t, "call: http.get\nargs: {url: '${args.url}', auth: {type: OIDC}}", Options{
		Token: func(context.Context, map[string]any, string) (string, error) { return "", errors.New("not logged in") }})
	var f *Failure
	require.ErrorAs(t, err, &f)
	assert.True(t, f.Has(expression.AuthError))
}

// slow never answers before the request's context ends.
type slow struct{}

func (slow) Do(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestTimeout(t *testing.T) {
	_, err := request(t, "call: http.get\nargs: {url: '${args.url}', timeout: 0.01}", Options{HTTP: slow{}})
	var f *Failure
	require.ErrorAs(t, err, &f)
	assert.True(t, f.Has(expression.TimeoutError))
}
