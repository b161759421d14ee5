package images

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"
)

// faulty is a registry in this process that can be made to fail.
type faulty struct {
	t      *testing.T
	server *httptest.Server

	mutex sync.Mutex
	// fault may answer a request itself.
	fault func(w http.ResponseWriter, r *http.Request) (answered bool)
	// wrote are the requests that wrote something and were answered well.
	wrote []string
	// blobs are those that a repository has: <repository>@<digest>.
	blobs map[string]bool
}

// newRegistry has a base image like AWS's as lambda/python:3.12.
func newRegistry(t *testing.T) *faulty {
	t.Helper()
	f := &faulty{t: t, blobs: map[string]bool{}}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mutex.Lock()
		fault := f.fault
		f.mutex.Unlock()
		if fault != nil && fault(w, r) {
			return
		}
		seen := &statusWriter{ResponseWriter: w}
		if !f.ofRepository(seen, r) {
			inner.ServeHTTP(seen, r)
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead && seen.status < 300 {
			f.written(r, seen.status)
		}
	}))
	t.Cleanup(f.server.Close)
	f.put("lambda/python:3.12", baseImage(t, "amd64"))
	f.forget()
	return f
}

// ofRepository answers what the registry below does not: it keeps all blobs
// together, where real ones have those of each repository, and mounts them.
func (f *faulty) ofRepository(w http.ResponseWriter, r *http.Request) (answered bool) {
	repository, rest, isBlob := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v2/"), "/blobs/")
	if !isBlob {
		return false
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	mount, from := r.URL.Query().Get("mount"), r.URL.Query().Get("from")
	switch {
	case r.Method == http.MethodHead && !f.blobs[repository+"@"+rest]:
		w.WriteHeader(http.StatusNotFound)
		return true
	case mount != "" && f.blobs[from+"@"+mount]:
		w.Header().Set("Location", "/v2/"+repository+"/blobs/"+mount)
		w.WriteHeader(http.StatusCreated)
		return true
	}
	return false
}

// written notes a request that wrote something.
func (f *faulty) written(r *http.Request, status int) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.wrote = append(f.wrote, r.Method+" "+r.URL.RequestURI())
	query := r.URL.Query()
	for _, digest := range []string{query.Get("digest"), query.Get("mount")} {
		if repository, _, isBlob := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v2/"), "/blobs/"); isBlob && digest != "" && status == http.StatusCreated {
			f.blobs[repository+"@"+digest] = true
		}
	}
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// baseImage is a small image for Linux.
func baseImage(t *testing.T, architecture string) v1.Image {
	t.Helper()
	image, err := mutate.ConfigFile(mutate.MediaType(empty.Image, types.OCIManifestSchema1), &v1.ConfigFile{
		OS: "linux", Architecture: architecture,
		Config: v1.Config{Entrypoint: []string{"/lambda-entrypoint.sh"}, Env: []string{"LAMBDA_TASK_ROOT=/var/task"}, WorkingDir: "/var/task"},
	})
	require.NoError(t, err)
	image, err = mutate.AppendLayers(image, static.NewLayer([]byte("nobody looks into the base "+architecture), types.OCILayer))
	require.NoError(t, err)
	return image
}

func (f *faulty) host() string { return strings.TrimPrefix(f.server.URL, "http://") }

func (f *faulty) reference(text string) name.Reference {
	f.t.Helper()
	reference, err := name.ParseReference(f.host() + "/" + text)
	require.NoError(f.t, err)
	return reference
}

func (f *faulty) put(reference string, image v1.Image) {
	f.t.Helper()
	require.NoError(f.t, remote.Write(f.reference(reference), image))
}

// fails makes the registry answer the requests that match with the fault, the
// first n of them, or all when n is negative.
func (f *faulty) fails(n int, match func(*http.Request) bool, fault http.HandlerFunc) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.fault = func(w http.ResponseWriter, r *http.Request) bool {
		f.mutex.Lock()
		mine := n != 0 && match(r)
		if mine {
			n--
		}
		f.mutex.Unlock()
		if mine {
			fault(w, r)
		}
		return mine
	}
}

// heals makes the registry work again.
func (f *faulty) heals() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.fault = nil
}

// forget begins a new list of what is written.
func (f *faulty) forget() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.wrote = nil
}

// writes are what was written since, of those with the part in their address.
func (f *faulty) writes(part string) []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(f.wrote), func(w string) bool { return !strings.Contains(w, part) })
}

// tags are the names of the manifests that were put: tags, and no digests.
func (f *faulty) tags() (tags []string) {
	for _, w := range f.writes("/manifests/") {
		tags = append(tags, w[strings.LastIndex(w, "/")+1:])
	}
	return tags
}

// image is what a repository has under a tag.
func (f *faulty) image(reference string) v1.Image {
	f.t.Helper()
	image, err := remote.Image(f.reference(reference))
	require.NoError(f.t, err)
	return image
}

// The requests that a fault is about.

func upload(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/blobs/") || r.Method == http.MethodPatch
}

func tagging(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/")
}

func writing(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

func ofBase(r *http.Request) bool { return strings.Contains(r.URL.Path, "/lambda/") }

// status answers with a status, and a body that nobody should be shown.
func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, `{"errors":[{"code":"X","message":"see https://user:hunter2@s3.example.com/?X-Amz-Signature=hunter2"}]}`)
	}
}

// dropped takes half of the body and cuts the connection.
func dropped(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, max(r.ContentLength/2, 0)) //nolint:errcheck // it is cut anyway
	panic(http.ErrAbortHandler)
}
