package gcs

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// Object is an object that was created.
type Object struct {
	Bucket, Key string
	Size        int64
}

// Listener hears what happens, from several goroutines at once.
type Listener struct {
	// Created hears of each new object.
	Created func(Object)
	// Missing hears of a bucket that was to be used and does not exist: what clients make of that tells no name.
	Missing func(bucket string)
}

// Endpoint is a running Cloud Storage endpoint.
type Endpoint struct {
	// URL is its address, without a slash at the end: what STORAGE_EMULATOR_HOST is set to.
	URL    string
	server *http.Server
	api    *api
}

// api answers the requests.
type api struct {
	store *objects.Store
	hear  Listener

	mu      sync.Mutex
	uploads map[string]*upload
}

func newAPI(store *objects.Store, hear Listener) *api {
	return &api{store: store, hear: hear, uploads: map[string]*upload{}}
}

// Start serves a store's buckets on a port of the loopback interface that the system chooses.
func Start(store *objects.Store, hear Listener) (*Endpoint, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the Cloud Storage endpoint: %w", err)
	}
	e := &Endpoint{URL: "http://" + listener.Addr().String(), api: newAPI(store, hear)}
	e.server = &http.Server{Handler: e.api, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		// Serve ends with ErrServerClosed; a client whose connection breaks sees that itself.
		_ = e.server.Serve(listener)
	}()
	return e, nil
}

// ServeHTTP answers a request as if it had come over the network.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.api.ServeHTTP(w, r) }

// Close ends the endpoint, and uploads that have not come to their end.
func (e *Endpoint) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := e.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = e.server.Close()
	}
	return errors.Join(err, e.api.abort())
}
