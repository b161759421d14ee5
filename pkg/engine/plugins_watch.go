package engine

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// errIdle says that a server stopped sending.
var errIdle = errors.New("the server stopped sending")

// watched gives up a stream that stands still.
type watched struct {
	stream io.ReadCloser
	timer  *time.Timer
	ended  atomic.Bool
}

func newWatched(stream io.ReadCloser) io.ReadCloser {
	w := &watched{stream: stream}
	w.timer = time.AfterFunc(idle, func() {
		w.ended.Store(true)
		_ = stream.Close() //nolint:errcheck // the read that it ends says what matters
	})
	return w
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.stream.Read(b)
	if n > 0 {
		w.timer.Reset(idle)
	}
	if err != nil && w.ended.Load() {
		return n, fmt.Errorf("%w for %s", errIdle, idle)
	}
	return n, err
}

func (w *watched) Close() error {
	w.timer.Stop()
	return w.stream.Close()
}
