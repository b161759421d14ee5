package s3

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// unchunk decodes bodies in the aws-chunked encoding, which SDKs use when a signature or checksum follows
// the content (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html). Signatures are not checked.
func unchunk(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
			next.ServeHTTP(w, r)
			return
		}
		length := r.Header.Get("X-Amz-Decoded-Content-Length")
		n, err := strconv.ParseInt(length, 10, 64)
		if err != nil || n < 0 {
			http.Error(w, "X-Amz-Decoded-Content-Length is missing", http.StatusLengthRequired)
			return
		}
		r = r.Clone(r.Context())
		r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
		r.Header.Set("Content-Length", length)
		r.ContentLength = n
		r.Header.Del("X-Amz-Decoded-Content-Length")
		encoding := strings.TrimPrefix(strings.TrimPrefix(r.Header.Get("Content-Encoding"), "aws-chunked"), ",")
		if encoding = strings.TrimSpace(encoding); encoding == "" {
			r.Header.Del("Content-Encoding")
		} else {
			r.Header.Set("Content-Encoding", encoding)
		}
		r.Body = limited{&chunks{in: bufio.NewReader(r.Body)}, r.Body}
		next.ServeHTTP(w, r)
	})
}

// chunks reads the content of an aws-chunked body.
type chunks struct {
	in   *bufio.Reader
	left int64
	any  bool
	err  error
}

func (c *chunks) Read(p []byte) (int, error) {
	for c.err == nil && c.left == 0 {
		c.err = c.header()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.in.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	c.err = err
	return n, err
}

// header reads the line before a chunk; after the last one it reads the trailers.
func (c *chunks) header() error {
	if c.any {
		if _, err := c.line(); err != nil {
			return err
		}
	}
	c.any = true
	text, err := c.line()
	if err != nil {
		return err
	}
	size, _, _ := strings.Cut(text, ";")
	n, err := strconv.ParseInt(size, 16, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("the chunk size %q is not a number", size)
	}
	if c.left = n; n > 0 {
		return nil
	}
	for {
		trailer, err := c.line()
		if errors.Is(err, io.ErrUnexpectedEOF) || trailer == "" {
			return io.EOF
		}
		if err != nil {
			return err
		}
	}
}

func (c *chunks) line() (string, error) {
	text, err := c.in.ReadSlice('\n')
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return strings.TrimRight(string(text), "\r\n"), err
}
