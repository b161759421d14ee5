package registry

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"
)

// errSilent is a registry that neither takes nor gives a byte for too long.
var errSilent = errors.New("the registry was silent for too long")

// silence replaces what ended a context by errSilent when that was the cause.
func silence(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errSilent) {
		return errSilent
	}
	return err
}

// upload is a request's body that can be opened anew.
type upload struct {
	open func() (io.ReadCloser, error)
	size int64
	// note hears how many bytes were taken.
	note func(n int)
}

// do sends one request and returns the answer when its status is one of accept,
// else a *statusError. The caller closes the answer's body; reading from it fails
// with errSilent when the registry stops sending.
func (s *session) do(ctx context.Context, r *http.Request, body *upload, accept ...int) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	watch := time.AfterFunc(s.c.options.Silence, func() { cancel(errSilent) })
	stop := func() { watch.Stop(); cancel(nil) }
	r = r.WithContext(countSendings(ctx))
	var reader *bodyReader
	if body != nil && body.size == 0 {
		r.Body = http.NoBody
	} else if body != nil {
		r.ContentLength = body.size
		r.GetBody = func() (io.ReadCloser, error) {
			rc, err := body.open()
			if err != nil {
				reader = &bodyReader{err: err}
				return nil, err
			}
			reader = &bodyReader{ReadCloser: rc, sent: func(n int) {
				watch.Reset(s.c.options.Silence)
				s.c.sent.Add(int64(n))
				if body.note != nil {
					body.note(n)
				}
			}}
			return reader, nil
		}
		var err error
		if r.Body, err = r.GetBody(); err != nil {
			stop()
			return nil, readError{err}
		}
	}
	resp, err := s.client.Do(r)
	if err != nil {
		err = silence(ctx, err)
		stop()
		if reader != nil {
			if cause := reader.failure(); cause != nil {
				return nil, readError{cause}
			}
		}
		return nil, toStatusError(err)
	}
	watch.Stop()
	resp.Body = &watchedBody{ReadCloser: resp.Body, ctx: ctx, watch: watch, silence: s.c.options.Silence, stop: stop}
	if !slices.Contains(accept, resp.StatusCode) {
		defer resp.Body.Close()
		return nil, statusOf(resp)
	}
	return resp, nil
}

// discard ends an answer whose body does not matter, so that its connection can
// be used again.
func discard(resp *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	_ = resp.Body.Close()
}

// watchedBody is an answer's body that fails when the registry falls silent. The
// reader's own pauses do not count.
type watchedBody struct {
	io.ReadCloser
	ctx     context.Context
	watch   *time.Timer
	silence time.Duration
	stop    func()
}

// Read implements io.Reader.
func (b *watchedBody) Read(p []byte) (int, error) {
	b.watch.Reset(b.silence)
	n, err := b.ReadCloser.Read(p)
	b.watch.Stop()
	if err != nil && err != io.EOF {
		err = silence(b.ctx, err)
	}
	return n, err
}

// Close implements io.Closer.
func (b *watchedBody) Close() error {
	err := b.ReadCloser.Close()
	b.stop()
	return err
}
