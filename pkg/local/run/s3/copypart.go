package s3

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/johannesboyne/gofakes3"
)

// copyParts serves UploadPartCopy, which gofakes3 does not have: SDKs copy large objects in parts. The
// source's bytes become the body of an ordinary part.
func copyParts(b *backend, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		source := r.Header.Get("X-Amz-Copy-Source")
		if r.Method != http.MethodPut || source == "" || r.URL.Query().Get("partNumber") == "" {
			next.ServeHTTP(w, r)
			return
		}
		content, err := b.copySource(source, r.Header.Get("X-Amz-Copy-Source-Range"))
		if err != nil {
			writeError(w, err)
			return
		}
		part := r.Clone(r.Context())
		part.Header.Del("X-Amz-Copy-Source")
		part.Header.Set("Content-Length", strconv.Itoa(len(content)))
		part.ContentLength = int64(len(content))
		part.Body = io.NopCloser(bytes.NewReader(content))
		recorded := &recorder{header: http.Header{}, code: http.StatusOK}
		next.ServeHTTP(recorded, part)
		if recorded.code != http.StatusOK {
			w.WriteHeader(recorded.code)
			_, _ = w.Write(recorded.body.Bytes())
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		_ = xml.NewEncoder(w).Encode(struct { // a client that went away needs no answer
			XMLName      xml.Name `xml:"CopyPartResult"`
			ETag         string
			LastModified gofakes3.ContentTime
		}{ETag: recorded.header.Get("ETag"), LastModified: gofakes3.NewContentTime(b.now())})
	})
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

// copySource reads the bytes that a copy names: /bucket/key, URL-encoded, and bytes=first-last.
func (b *backend) copySource(source, byteRange string) ([]byte, error) {
	path, _, _ := strings.Cut(source, "?")
	path, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	bucket, key, ok := strings.Cut(path, "/")
	if err != nil || !ok {
		return nil, gofakes3.ErrorMessage(gofakes3.ErrInvalidArgument, "the copy source is not bucket/key")
	}
	var r *gofakes3.ObjectRangeRequest
	if byteRange != "" {
		first, last, _ := strings.Cut(strings.TrimPrefix(byteRange, "bytes="), "-")
		start, err1 := strconv.ParseInt(first, 10, 64)
		end, err2 := strconv.ParseInt(last, 10, 64)
		if err1 != nil || err2 != nil {
			return nil, gofakes3.ErrorMessage(gofakes3.ErrInvalidArgument, "the range is not bytes=first-last")
		}
		r = &gofakes3.ObjectRangeRequest{Start: start, End: end}
	}
	o, err := b.GetObject(bucket, key, r)
	if err != nil {
		return nil, err
	}
	defer o.Contents.Close()
	return io.ReadAll(o.Contents)
}

func writeError(w http.ResponseWriter, err error) {
	code := gofakes3.ErrInternal
	if coded, ok := err.(interface{ ErrorCode() gofakes3.ErrorCode }); ok {
		code = coded.ErrorCode()
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(code.Status())
	_ = xml.NewEncoder(w).Encode(gofakes3.ErrorResponse{Code: code, Message: err.Error()})
}
