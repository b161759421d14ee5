package ui

import (
	"bytes"
	"io"
	"sync"
)

// prefixWriter writes whole lines, each behind a prefix, so that the lines of
// several writers to one terminal never mix.
type prefixWriter struct {
	mu      sync.Mutex
	to      io.Writer
	prefix  []byte
	pending []byte
}

func newPrefixWriter(to io.Writer, prefix string) *prefixWriter {
	return &prefixWriter{to: to, prefix: []byte(prefix)}
}

func (w *prefixWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, p...)
	for {
		i := bytes.IndexByte(w.pending, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := w.pending[:i+1]
		if len(bytes.TrimSpace(line)) > 0 {
			if _, err := w.to.Write(append(bytes.Clone(w.prefix), line...)); err != nil {
				return 0, err
			}
		}
		w.pending = w.pending[i+1:]
	}
}
