package s3

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/johannesboyne/gofakes3"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// Endpoint is a running S3 endpoint.
type Endpoint struct {
	// URL is its address, without a slash at the end.
	URL    string
	server *http.Server
}

// Start serves a store's buckets on a port of the loopback interface that the
// system chooses. created hears of each new object, from several goroutines at once.
func Start(store *objects.Store, created func(Object)) (*Endpoint, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the S3 endpoint: %w", err)
	}
	b := &backend{store: store, created: created, now: time.Now}
	fake := gofakes3.New(b, gofakes3.WithTimeSkewLimit(0))
	e := &Endpoint{URL: "http://" + listener.Addr().String()}
	e.server = &http.Server{Handler: guard(lowerMeta(unchunk(copyParts(b, fake.Server())))), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		// Serve ends with ErrServerClosed; a client whose connection breaks sees that itself.
		_ = e.server.Serve(listener)
	}()
	return e, nil
}

// Close ends the endpoint.
func (e *Endpoint) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := e.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = e.server.Close()
	}
	return err
}
