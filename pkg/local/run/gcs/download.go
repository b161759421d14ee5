package gcs

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// download sends an object's bytes, or the range of them that is asked for.
func (a *api) download(w http.ResponseWriter, r *request) {
	c, err := r.conditions(false)
	if err != nil {
		fail(w, err)
		return
	}
	o, f, err := a.open(r, r.bucket, r.key, "generation")
	if err != nil {
		fail(w, err)
		return
	}
	defer f.Close()
	if err := c.checkRead(o); err != nil {
		fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType(o))
	for _, name := range []string{"Content-Disposition", "Content-Language", "Cache-Control"} {
		if value := o.Headers[name]; value != "" {
			h.Set(name, value)
		}
	}
	for name, value := range o.Metadata {
		h.Set("X-Goog-Meta-"+name, value)
	}
	h.Set("Etag", `"`+etag(o)+`"`)
	h.Set("X-Goog-Hash", "crc32c="+o.CRC32C+",md5="+md5Hash(o))
	h.Set("X-Goog-Generation", strconv.FormatInt(o.Generation(), 10))
	h.Set("X-Goog-Metageneration", strconv.FormatInt(metageneration(o), 10))
	h.Set("X-Goog-Stored-Content-Length", strconv.FormatInt(o.Size, 10))
	h.Set("X-Goog-Storage-Class", "STANDARD")
	encoding := o.Headers["Content-Encoding"]
	if encoding == "" {
		h.Set("X-Goog-Stored-Content-Encoding", "identity")
	} else {
		h.Set("X-Goog-Stored-Content-Encoding", encoding)
	}
	if unpacks(o, r.Request) {
		if content, err := gzip.NewReader(f); err == nil {
			_, _ = io.Copy(w, content) // a client that went away needs no answer
			return
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			fail(w, err)
			return
		}
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	// Conditions are Cloud Storage's own; ServeContent's date would hide a change within a second.
	r.Header.Del("If-Modified-Since")
	h.Set("Last-Modified", o.Modified.UTC().Format(http.TimeFormat))
	http.ServeContent(w, r.Request, "", time.Time{}, f)
}

// unpacks tells that a client which takes no gzip gets the bytes unpacked
// (https://cloud.google.com/storage/docs/transcoding#decompressive_transcoding).
func unpacks(o objects.Object, r *http.Request) bool {
	return o.Headers["Content-Encoding"] == "gzip" && !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") &&
		!strings.Contains(o.Headers["Cache-Control"], "no-transform") && r.Method == http.MethodGet
}
