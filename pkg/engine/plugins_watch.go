package engine

import (
	"context"
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

// ensurePlugins makes the plugins of a run ready before its display begins.
func (e *Engine) ensurePlugins(ctx context.Context, s step) error {
	if !e.Providers.Installed {
		return nil
	}
	needed, err := e.Providers.needed(s.stack.Program, s.snapshot)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-s.options.Cancel:
			cancel(ErrCancelled)
		case <-ctx.Done():
		}
	}()
	display, _ := s.options.Display.(PluginDisplay) //nolint:errcheck // a display need not show downloads
	for _, p := range needed {
		if _, err := EnsurePlugin(ctx, p, display); err != nil {
			return err
		}
	}
	return nil
}
