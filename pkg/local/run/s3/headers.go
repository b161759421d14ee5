package s3

import (
	"net/http"
	"strings"
)

// lowerMeta writes the names of an object's own metadata in lower case, as S3 does: SDKs hand
// them to their users as they come.
func lowerMeta(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := &metaWriter{ResponseWriter: w}
		next.ServeHTTP(m, r)
		if !m.wrote { // the answer to HEAD
			m.WriteHeader(http.StatusOK)
		}
	})
}

type metaWriter struct {
	http.ResponseWriter
	wrote bool
}

// WriteHeader renames the headers before they leave.
func (w *metaWriter) WriteHeader(code int) {
	if !w.wrote {
		w.wrote = true
		h := w.Header()
		for name, values := range h {
			if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-meta-") && lower != name {
				delete(h, name)
				h[lower] = values
			}
		}
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write sends the headers first where nobody did.
func (w *metaWriter) Write(p []byte) (int, error) {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}
