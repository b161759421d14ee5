package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// times lets a fault happen n times; -1 is always.
func times(n int, match func(*http.Request) bool, fault http.HandlerFunc) func(*fake) func(http.ResponseWriter, *http.Request) bool {
	return func(f *fake) func(http.ResponseWriter, *http.Request) bool {
		left := n
		return func(w http.ResponseWriter, r *http.Request) bool {
			f.mu.Lock()
			mine := left != 0 && match(r)
			if mine {
				left--
			}
			f.mu.Unlock()
			if mine {
				fault(w, r)
			}
			return mine
		}
	}
}

// blobPut is the upload of the large layer, so that tries can be counted.
func blobPut(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/blobs/") && r.ContentLength > 100_000
}
func blobPost(r *http.Request) bool { return r.Method == http.MethodPost }
func manifestPut(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/")
}
func anything(r *http.Request) bool { return r.URL.Path != "/v2/" }

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"errors":[{"code":"X","message":"see https://user:hunter2@s3.example.com/blob?X-Amz-Signature=hunter2 for it"}]}`)
	}
}

// drop takes half of the body and cuts the connection.
func drop(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, max(r.ContentLength/2, 0))
	panic(http.ErrAbortHandler)
}

func TestFaultsThatPass(t *testing.T) {
	for what, fault := range map[string]func(*fake) func(http.ResponseWriter, *http.Request) bool{
		"500 for a question":             times(2, anything, status(500)),
		"502 for an upload":              times(4, blobPut, status(502)),
		"503 for an opening":             times(3, blobPost, status(503)),
		"504 for the tag":                times(4, manifestPut, status(504)),
		"408 for the tag":                times(1, manifestPut, status(408)),
		"429 for an upload":              times(1, blobPut, status(429, "Retry-After", "7")),
		"dropped in the middle":          times(3, blobPut, drop),
		"dropped at the tag":             times(2, manifestPut, drop),
		"the registry lost the upload":   times(1, blobPut, func(w http.ResponseWriter, _ *http.Request) { lostUpload(w) }),
		"401 once, without a challenge":  times(1, blobPut, status(401)),
		"500 for the registry's welcome": times(2, func(r *http.Request) bool { return r.URL.Path == "/v2/" }, status(500)),
	} {
		t.Run(what, func(t *testing.T) {
			f := newFake(t)
			f.fault = fault(f)
			c, clock, seen := testClient(t, Options{})
			img := rawImage(t, 600_000)
			digest, err := c.Push(t.Context(), f.host()+"/etl", "dev-1", img)
			require.NoError(t, err)
			got, found, err := c.Find(t.Context(), f.host()+"/etl", "dev-1")
			require.NoError(t, err)
			assert.True(t, found)
			assert.Equal(t, digest, got)
			if what == "429 for an upload" {
				require.Len(t, clock.waits, 1)
				assert.GreaterOrEqual(t, clock.waits[0], 7*time.Second, "as the registry asks")
				assert.Len(t, seen.of(Retrying), 1)
				assert.Contains(t, seen.of(Retrying)[0].Reason, "429")
			}
			for _, e := range seen.of(Retrying) {
				assert.NotContains(t, e.Reason, "hunter2")
			}
		})
	}
}

func lostUpload(w http.ResponseWriter) {
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprint(w, `{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"blob upload unknown to registry"}]}`)
}

func TestFaultsThatStay(t *testing.T) {
	for what, tc := range map[string]struct {
		fault   func(*fake) func(http.ResponseWriter, *http.Request) bool
		summary string
		says    []string
		waits   int
	}{
		"401":           {times(-1, anything, status(401)), "the registry refuses the credentials", []string{"no credentials", "docker login"}, 0},
		"403":           {times(-1, blobPost, status(403)), "the credentials are not allowed to do this", []string{"layer sha256:"}, 0},
		"404":           {times(-1, blobPost, status(404)), "the image repository does not exist", []string{"Apply universal first"}, 0},
		"413":           {times(-1, blobPut, status(413)), "the registry takes nothing this large", nil, 0},
		"429":           {times(-1, blobPut, status(429)), "the registry limits requests", []string{"tried 5 times"}, 4},
		"429 for hours": {times(-1, blobPut, status(429, "Retry-After", "7200")), "the registry limits requests", []string{"2h0m0s"}, 0},
		"500":           {times(-1, blobPut, status(500)), "the registry has a failure of its own", []string{"tried 5 times", "status 500"}, 4},
		"500 at tag":    {times(-1, manifestPut, status(500)), "the registry has a failure of its own", nil, 4},
		"dropped":       {times(-1, blobPut, drop), "the connection to the registry was lost", []string{"tried 5 times", "layer sha256:"}, 4},
		"418":           {times(-1, manifestPut, status(418)), "the registry refuses the request", nil, 0},
	} {
		t.Run(what, func(t *testing.T) {
			f := newFake(t)
			f.fault = tc.fault(f)
			c, clock, _ := testClient(t, Options{})
			_, err := c.Push(t.Context(), f.host()+"/etl", "dev-1", rawImage(t, 600_000))
			p := asProblem(t, err, tc.summary)
			assert.Equal(t, f.host()+"/etl", p.Resource)
			for _, s := range tc.says {
				assert.Contains(t, err.Error(), s)
			}
			assert.NotContains(t, err.Error(), "hunter2")
			assert.NotContains(t, err.Error(), "X-Amz")
			assert.NotEmpty(t, p.Hint)
			assert.Len(t, clock.waits, tc.waits)

			// No tag, and the next push goes through.
			f.mu.Lock()
			f.fault = nil
			f.mu.Unlock()
			_, found, err := c.Find(t.Context(), f.host()+"/etl", "dev-1")
			require.NoError(t, err)
			assert.False(t, found)
			_, err = c.Push(t.Context(), f.host()+"/etl", "dev-1", rawImage(t, 600_000))
			require.NoError(t, err)
		})
	}
}

func TestARegistryThatFallsSilent(t *testing.T) {
	f := newFake(t)
	over := make(chan struct{})
	defer close(over)
	f.fault = times(-1, blobPut, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-over
	})(f)
	c, _, _ := testClient(t, Options{Silence: 200 * time.Millisecond})
	_, err := c.Push(t.Context(), f.host()+"/etl", "a", rawImage(t, 600_000))
	p := asProblem(t, err, "the registry does not answer in time")
	assert.Contains(t, p.Detail, "tried 5 times")
}

// The blob arrived and the answer did not: it is not sent twice.
func TestAnAnswerThatIsLost(t *testing.T) {
	f := newFake(t)
	f.fault = times(1, blobPut, func(_ http.ResponseWriter, r *http.Request) {
		f.inner.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})(f)
	c, clock, _ := testClient(t, Options{})
	img := rawImage(t, 600_000)
	_, err := c.Push(t.Context(), f.host()+"/etl", "a", img)
	require.NoError(t, err)
	assert.Len(t, clock.waits, 1)
	assert.Equal(t, sizeOf(t, img), c.Sent())
}

// A slow registry is not a silent one: the whole upload takes longer than the
// silence that is allowed.
func TestASlowRegistry(t *testing.T) {
	f := newFake(t)
	f.fault = func(_ http.ResponseWriter, r *http.Request) bool {
		if blobPut(r) {
			r.Body = slowly{r.Body}
		}
		return false
	}
	c, _, _ := testClient(t, Options{Silence: 1500 * time.Millisecond})
	_, err := c.Push(t.Context(), f.host()+"/etl", "a", rawImage(t, 24<<20))
	require.NoError(t, err)
}

type slowly struct{ io.ReadCloser }

func (s slowly) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	time.Sleep(time.Duration(n) * 150 * time.Nanosecond)
	return n, err
}

func TestRegistriesThatCannotBeReached(t *testing.T) {
	f := newFake(t)
	gone := f.host()
	f.Close()
	c, clock, _ := testClient(t, Options{})
	_, err := c.Push(t.Context(), gone+"/etl", "a", testImage(t, "x"))
	asProblem(t, err, "the registry cannot be reached")
	assert.Len(t, clock.waits, 4)

	for name, tc := range map[string]struct {
		err     error
		summary string
		waits   int
	}{
		"no such name": {&net.DNSError{Err: "no such host", Name: "registry.example.com", IsNotFound: true}, "the registry's name is unknown", 0},
		"no resolver":  {&net.DNSError{Err: "server misbehaving", Name: "registry.example.com", IsTemporary: true}, "the registry cannot be reached", 4},
		"no trust":     {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "the registry's certificate is not trusted", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, clock, _ := testClient(t, Options{Transport: failing{tc.err}})
			_, err := c.Push(t.Context(), "registry.example.com/etl", "a", testImage(t, "x"))
			p := asProblem(t, err, tc.summary)
			assert.Equal(t, "registry.example.com/etl", p.Resource)
			assert.Len(t, clock.waits, tc.waits)
		})
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestPlainHTTPIsForThisMachineOnly(t *testing.T) {
	f := newFake(t)
	here := func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("tcp", f.host())
	}
	carrier := &http.Transport{DialContext: here}
	c, _, _ := testClient(t, Options{Transport: carrier})
	_, err := c.Push(t.Context(), "registry.example.com/etl", "a", testImage(t, "x"))
	asProblem(t, err, "the registry does not speak HTTPS")
	_, err = c.Push(t.Context(), "10.0.0.1:5000/etl", "a", testImage(t, "x"))
	asProblem(t, err, "the registry does not speak HTTPS")
	assert.Empty(t, f.calls)
	c, _, _ = testClient(t, Options{Transport: carrier, Insecure: func(host string) bool { return host == "registry.example.com" }})
	_, err = c.Push(t.Context(), "registry.example.com/etl", "a", testImage(t, "x"))
	require.NoError(t, err)
}

func TestCertificatesThatAreNotTrusted(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "https://")
	c, _, _ := testClient(t, Options{Transport: &http.Transport{DialContext: leadTo(host)}})
	for _, registry := range []string{"registry.example.com", host} {
		_, err := c.Push(t.Context(), registry+"/etl", "a", testImage(t, "x"))
		p := asProblem(t, err, "the registry's certificate is not trusted")
		assert.Contains(t, p.Hint, "SSL_CERT_FILE")
	}
}
