package gcs

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
)

// maxBatch is the most calls of a batch (https://cloud.google.com/storage/docs/batch).
const maxBatch = 100

// batch answers several requests in one.
func (a *api) batch(w http.ResponseWriter, r *request) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		fail(w, invalid("A batch is multipart/mixed."))
		return
	}
	var body bytes.Buffer
	out := multipart.NewWriter(&body)
	parts := multipart.NewReader(r.Body, parameters["boundary"])
	for n := 1; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && n > maxBatch {
			err = fmt.Errorf("it has more than %d calls", maxBatch)
		}
		if err == nil {
			err = a.call(out, part, r)
		}
		if err != nil {
			fail(w, invalid("The batch cannot be read: %v.", err))
			return
		}
	}
	if err := out.Close(); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "multipart/mixed; boundary="+out.Boundary())
	_, _ = w.Write(body.Bytes()) // a client that went away needs no answer
}

// call answers one request of a batch.
func (a *api) call(out *multipart.Writer, part *multipart.Part, r *request) error {
	// A request that ends with its headers may come without the empty line after them.
	text, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte("\r\n\r\n")) && !bytes.Contains(text, []byte("\n\n")) {
		text = append(bytes.TrimRight(text, "\r\n"), "\r\n\r\n"...)
	}
	inner, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
	if err != nil {
		return err
	}
	inner.Host = r.Host
	answered := &recorder{header: http.Header{}, code: http.StatusOK}
	a.ServeHTTP(answered, inner.WithContext(r.Context()))
	head := textproto.MIMEHeader{"Content-Type": {"application/http"}}
	if id := part.Header.Get("Content-ID"); id != "" {
		head.Set("Content-ID", strings.Replace(id, "<", "<response-", 1))
	}
	to, err := out.CreatePart(head)
	if err != nil {
		return err
	}
	response := http.Response{StatusCode: answered.code, ProtoMajor: 1, ProtoMinor: 1, Header: answered.header,
		ContentLength: int64(answered.body.Len()), Body: io.NopCloser(&answered.body)}
	return response.Write(to)
}

// recorder keeps a response instead of sending it.
type recorder struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(code int)        { r.code = code }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
