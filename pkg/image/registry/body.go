package registry

import (
	"io"
	"sync"
)

// bodyReader is a request's body. It counts what is taken from it, and remembers
// its own failure: the HTTP client does not say whose fault a failed upload was.
type bodyReader struct {
	io.ReadCloser
	sent   func(n int)
	mu     sync.Mutex
	err    error
	closed bool
}

// Read implements io.Reader.
func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.sent(n)
	}
	if err != nil && err != io.EOF {
		b.mu.Lock()
		if !b.closed {
			b.err = err
		}
		b.mu.Unlock()
	}
	return n, err
}

// Close implements io.Closer. The client closes a body that it gave up, even
// while it is read; what the reading says then is not the layer's failure.
func (b *bodyReader) Close() error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	return b.ReadCloser.Close()
}

func (b *bodyReader) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// readError is a layer that could not be read on this side.
type readError struct{ err error }

func (e readError) Error() string { return e.err.Error() }
func (e readError) Unwrap() error { return e.err }
