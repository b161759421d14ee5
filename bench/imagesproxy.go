package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
)

// traffic is what clients sent to a registry.
type traffic struct {
	// bytes are those of all request bodies: layers, configurations and manifests.
	bytes int64
	// uploads counts by digest how often a blob was uploaded to the end.
	uploads map[string]int
	// mounts are blobs that the registry took from another of its repositories.
	mounts, manifests int
}

// most is how often the blob was uploaded that was uploaded most often.
func (t traffic) most() int {
	most := 0
	for _, n := range t.uploads {
		most = max(most, n)
	}
	return most
}

// all is how many uploads there were.
func (t traffic) all() int {
	all := 0
	for _, n := range t.uploads {
		all += n
	}
	return all
}

// proxy stands before a registry and counts.
type proxy struct {
	address string
	server  *http.Server
	bytes   atomic.Int64
	mutex   sync.Mutex
	seen    traffic
}

// startProxy serves on the loopback interface what the registry at an address serves.
func startProxy(registry string) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{address: listener.Addr().String()}
	to := &url.URL{Scheme: "http", Host: registry}
	p.server = &http.Server{Handler: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // so that the registry's addresses are the proxy's
			if r.Out.Body != nil && r.Out.Body != http.NoBody {
				r.Out.Body = counted{r.Out.Body, &p.bytes}
			}
		},
		ModifyResponse: p.note,
		Transport:      &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
	}}
	p.take()
	go func() { _ = p.server.Serve(listener) }() // ends with close
	return p, nil
}

func (p *proxy) close() { _ = p.server.Close() }

// take returns what was seen since the last time.
func (p *proxy) take() traffic {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	t := p.seen
	t.bytes = p.bytes.Swap(0)
	p.seen = traffic{uploads: map[string]int{}}
	return t
}

// note counts what the registry took. A blob is there when the request that names
// its digest is answered with 201; see
// https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-blobs.
func (p *proxy) note(response *http.Response) error {
	request := response.Request
	if response.StatusCode != http.StatusCreated {
		return nil
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	query := request.URL.Query()
	switch {
	case request.Method == http.MethodPut && strings.Contains(request.URL.Path, "/manifests/"):
		p.seen.manifests++
	case !strings.Contains(request.URL.Path, "/blobs/uploads/"):
	case query.Has("digest"):
		p.seen.uploads[query.Get("digest")]++
	case query.Has("mount"):
		p.seen.mounts++
	}
	return nil
}

// counted is a body whose bytes are counted as they are read.
type counted struct {
	io.ReadCloser
	bytes *atomic.Int64
}

// Read implements io.Reader.
func (c counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.bytes.Add(int64(n))
	return n, err
}
