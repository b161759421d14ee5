package gcs

import (
	"net/http"
	"net/url"
	"strings"
)

// request is a request with what its path names.
type request struct {
	*http.Request
	query url.Values
	// bucket and key are what it is about.
	bucket, key string
	// rest are the words after the object, as rewriteTo.
	rest []string
}

// ServeHTTP finds who answers a request. Object names come with their slashes escaped, so the path is split before it
// is unescaped (https://cloud.google.com/storage/docs/request-endpoints#encoding).
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	escaped := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	words := strings.Split(escaped, "/")
	for i, word := range words {
		plain, err := url.PathUnescape(word)
		if err != nil {
			fail(w, invalid("The path is not valid: %v.", err))
			return
		}
		words[i] = plain
	}
	in := &request{Request: r, query: r.URL.Query()}
	if r.Method == http.MethodPost && r.Header.Get("X-HTTP-Method-Override") != "" {
		r.Method = r.Header.Get("X-HTTP-Method-Override")
	}
	for _, name := range []string{"X-Goog-Encryption-Algorithm", "X-Goog-Copy-Source-Encryption-Algorithm"} {
		if r.Header.Get(name) != "" {
			fail(w, absent("encryption with keys of the customer's"))
			return
		}
	}
	switch {
	case begins(words, "storage", "v1", "b"):
		a.resource(w, in, words[3:])
	case begins(words, "download", "storage", "v1", "b") && len(words) == 7 && words[5] == "o":
		in.bucket, in.key = words[4], words[6]
		a.download(w, in)
	case begins(words, "upload", "storage", "v1", "b") && len(words) >= 6 && words[5] == "o":
		in.bucket = words[4]
		a.upload(w, in)
	case begins(words, "batch", "storage", "v1"):
		a.batch(w, in)
	case len(words) >= 2 && words[1] != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		// The XML API's download: /<bucket>/<object>, slashes as they are.
		in.bucket, in.key = words[0], strings.Join(words[1:], "/")
		a.download(w, in)
	default:
		fail(w, a.unknown(in))
	}
}

func begins(words []string, with ...string) bool {
	if len(words) < len(with) {
		return false
	}
	for i, word := range with {
		if words[i] != word {
			return false
		}
	}
	return true
}

func (a *api) unknown(r *request) error {
	return absent("method " + r.Method + " " + r.URL.Path)
}

// resource answers for a path below /storage/v1/b.
func (a *api) resource(w http.ResponseWriter, r *request, words []string) {
	if len(words) > 0 && words[len(words)-1] == "" {
		words = words[:len(words)-1]
	}
	var (
		out any
		err error
	)
	switch {
	case len(words) == 0 && r.Method == http.MethodGet:
		out, err = a.listBuckets()
	case len(words) == 0 && r.Method == http.MethodPost, len(words) == 1 && r.Method != http.MethodGet:
		err = errManaged
	case len(words) == 1:
		out, err = a.getBucket(words[0])
	case len(words) == 2 && words[1] == "o" && r.Method == http.MethodGet:
		r.bucket = words[0]
		out, err = a.list(r)
	case len(words) == 3 && words[1] == "o":
		r.bucket, r.key = words[0], words[2]
		if r.Method == http.MethodHead || r.Method == http.MethodGet && r.query.Get("alt") == "media" {
			a.download(w, r)
			return
		}
		out, err = a.object(r)
	case len(words) > 3 && words[1] == "o":
		r.bucket, r.key, r.rest = words[0], words[2], words[3:]
		out, err = a.copies(r)
	default:
		err = a.unknown(r)
	}
	switch {
	case err != nil:
		fail(w, err)
	case out == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		answer(w, http.StatusOK, out)
	}
}
