package gcs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// upload is an object that comes in several requests
// (https://cloud.google.com/storage/docs/performing-resumable-uploads).
type upload struct {
	mu sync.Mutex
	*incoming
	// done is the object's description after the end; a client that did not get the answer asks again.
	done any
}

// statusIncomplete asks for more bytes; cancelled answers a client that ended an upload.
const (
	statusIncomplete = http.StatusPermanentRedirect
	statusCancelled  = 499
)

// begin starts an upload and says where its bytes go.
func (a *api) begin(w http.ResponseWriter, r *request) error {
	var b about
	if err := b.read(r.Body); err != nil {
		return err
	}
	b.ContentType.orElse(r.Header.Get("X-Upload-Content-Type"))
	in, err := a.incoming(r, b)
	if err != nil {
		return err
	}
	id := rand.Text()
	a.mu.Lock()
	a.uploads[id] = &upload{incoming: in}
	a.mu.Unlock()
	w.Header().Set("X-Guploader-Uploadid", id)
	w.Header().Set("Location", fmt.Sprintf("http://%s/upload/storage/v1/b/%s/o?uploadType=resumable&name=%s&upload_id=%s", r.Host, url.PathEscape(r.bucket), url.QueryEscape(in.key), id))
	w.WriteHeader(http.StatusOK)
	return nil
}

// resume takes a piece of an upload, says how far it is, or ends it.
func (a *api) resume(w http.ResponseWriter, r *request) {
	a.mu.Lock()
	u := a.uploads[r.query.Get("upload_id")]
	a.mu.Unlock()
	if u == nil || u.bucket != r.bucket {
		fail(w, refuse(http.StatusNotFound, "notFound", "There is no such upload."))
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case r.Method == http.MethodDelete:
		a.forget(r.query.Get("upload_id"))
		if u.done == nil {
			if err := u.writer.Abort(); err != nil {
				fail(w, err)
				return
			}
		}
		w.WriteHeader(statusCancelled)
	case u.done != nil:
		answer(w, http.StatusOK, u.done)
	default:
		a.piece(w, r, u)
	}
}

func (a *api) forget(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.uploads, id)
}

// piece takes the bytes of a request. Callers hold the upload's lock.
func (a *api) piece(w http.ResponseWriter, r *request, u *upload) {
	span, err := readRange(r.Header.Get("Content-Range"))
	if err != nil {
		fail(w, err)
		return
	}
	if span.first <= u.writer.Size && span.first >= 0 {
		// What is there already is not written again. Bytes that come before a connection breaks stay.
		_, err = io.CopyN(io.Discard, r.Body, u.writer.Size-span.first)
		if err == nil {
			_, err = io.Copy(u.writer, r.Body)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			fail(w, err)
			return
		}
	}
	if !span.all && span.total != u.writer.Size {
		if u.writer.Size > 0 {
			w.Header().Set("Range", "bytes=0-"+strconv.FormatInt(u.writer.Size-1, 10))
		}
		w.WriteHeader(statusIncomplete)
		return
	}
	u.about.sums(r.Header)
	out, err := a.finish(r, u.incoming)
	if err != nil {
		a.forget(r.query.Get("upload_id"))
		fail(w, err)
		return
	}
	u.done = out
	answer(w, http.StatusOK, out)
}

// span is what a request has of an upload. first is -1 when it has no bytes, total -1 when it is not known yet; all
// tells that the request has every byte.
type span struct {
	first, total int64
	all          bool
}

// readRange reads Content-Range: bytes 0-9/*, bytes 10-19/20, bytes */20 or nothing, for all bytes.
func readRange(text string) (span, error) {
	bad := invalid("Invalid Content-Range: %q.", text)
	if text == "" {
		return span{total: -1, all: true}, nil
	}
	rest, ok := strings.CutPrefix(text, "bytes ")
	bytes, total, both := strings.Cut(rest, "/")
	if !ok || !both {
		return span{}, bad
	}
	out := span{first: -1, total: -1}
	var err error
	if total != "*" {
		if out.total, err = strconv.ParseInt(total, 10, 64); err != nil || out.total < 0 {
			return span{}, bad
		}
	}
	if bytes != "*" {
		first, _, _ := strings.Cut(bytes, "-")
		if out.first, err = strconv.ParseInt(first, 10, 64); err != nil || out.first < 0 {
			return span{}, bad
		}
	}
	return out, nil
}

// abort ends every upload that is not done.
func (a *api) abort() (err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, u := range a.uploads {
		u.mu.Lock()
		if u.done == nil {
			err = errors.Join(err, u.writer.Abort())
		}
		u.mu.Unlock()
		delete(a.uploads, id)
	}
	return err
}
