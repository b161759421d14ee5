package bigquery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// ownerLease is the lease of the process that started a server (http/leases.py).
const ownerLease = "owner"

// lease is the use of a server that another process started: a connection that ends with this process.
type lease struct {
	url, id string
	open    io.Closer
	left    <-chan struct{} // closed when the server has closed the connection
}

// holding has no time limit, unlike client: a lease's connection stays open.
var holding = &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}

// takeLease asks a server for a lease. storage is this process's local Cloud Storage, for when the owner's has gone. It is
// refused by a server that is about to stop.
func takeLease(ctx context.Context, server, storage string) (*lease, error) {
	// The connection outlives the context; only its beginning does not.
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, cancel)()
	defer time.AfterFunc(askTimeout, cancel).Stop()
	request, err := http.NewRequestWithContext(own, http.MethodPost, server+"/dorc/lease?"+url.Values{"storage": {storage}}.Encode(), http.NoBody)
	if err != nil {
		cancel()
		return nil, err
	}
	answer, err := holding.Do(request)
	if err != nil {
		cancel()
		return nil, err
	}
	var said struct{ Lease string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || said.Lease == "" {
		cancel()
		return nil, errors.Join(fmt.Errorf("the local BigQuery at %s gives no lease", server), err, answer.Body.Close())
	}
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = io.Copy(io.Discard, answer.Body) // nothing comes, until the end
	}()
	return &lease{url: server, id: said.Lease, open: closer(func() error {
		cancel()
		return answer.Body.Close()
	}), left: left}, nil
}

type closer func() error

func (c closer) Close() error { return c() }

// end gives the lease back. When it was the last one, it waits until the server has written its files.
func (l *lease) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if !leave(ctx, l.url, l.id) {
		select {
		case <-l.left:
		case <-ctx.Done():
		}
	}
	_ = l.open.Close() // whatever it says, the connection has ended
	return nil
}

// leave gives a lease back, and tells whether the server stays for others.
func leave(ctx context.Context, server, id string) (stays bool) {
	var said struct{ Stays bool }
	err := ask(ctx, http.MethodPost, server+"/dorc/leave?"+url.Values{"lease": {id}}.Encode(), &said)
	return err == nil && said.Stays
}
