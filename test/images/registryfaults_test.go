package images

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	fetch = "raw/weather/fetch"
	clean = "raw/weather/clean"
)

// fetchRepository is the repository of fetch, below the registry's host.
const fetchRepository = "shop-raw-weather-fetch"

var push = []string{"image", "push", "--env", "prod"}

// A registry that fails for a while: the push waits, goes on, and says so.
func TestARegistryThatFailsForAWhile(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		n     int
		match func(*http.Request) bool
		fault http.HandlerFunc
		says  string
	}{
		"500":        {2, upload, status(500), "500"},
		"500 at tag": {1, tagging, status(500), "pushed"},
		"429":        {1, upload, status(429, "Retry-After", "1"), "429"},
		"dropped":    {2, upload, dropped, "again"},
		"401 once":   {1, writing, status(401), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := onRegistry(t, fetch)
			p.registry.fails(tc.n, tc.match, tc.fault)
			r := p.succeeds(push...)
			assert.Contains(t, r.stdout, "pushed now")
			assert.Contains(t, r.stderr, tc.says)
			assert.NotContains(t, r.said(), "hunter2")
			assert.Len(t, p.registry.tags(), 1)
			assert.Contains(t, p.succeeds("image", "inspect", "--env", "prod").stdout, "dorc: function")
		})
	}
}

// A registry that fails for good: an error with the function, no tag, and a rerun
// that sends only what is missing.
func TestARegistryThatFailsForGood(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		match func(*http.Request) bool
		fault http.HandlerFunc
		says  []string
	}{
		"401":               {func(r *http.Request) bool { return !ofBase(r) }, status(401), []string{"the registry refuses the credentials", "docker login"}},
		"401 for writes":    {writing, status(401), []string{"the registry refuses the credentials", "docker login"}},
		"403":               {writing, status(403), []string{"the credentials are not allowed to do this"}},
		"429":               {upload, status(429, "Retry-After", "1"), []string{"the registry limits requests", "tried 5 times"}},
		"429 for hours":     {upload, status(429, "Retry-After", "7200"), []string{"the registry limits requests", "2h0m0s"}},
		"500":               {upload, status(500, "Retry-After", "1"), []string{"the registry has a failure of its own", "tried 5 times", "status 500"}},
		"500 at tag":        {tagging, status(500, "Retry-After", "1"), []string{"the registry has a failure of its own", "tried 5 times"}},
		"dropped in middle": {upload, dropped, []string{"the connection to the registry was lost", "tried 5 times", "layer sha256:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && name == "dropped in middle" {
				t.Skip("it waits between tries for most of a minute")
			}
			p := onRegistry(t, fetch)
			p.registry.fails(-1, tc.match, tc.fault)
			says := append(tc.says, "function "+fetch, p.registry.host()+"/"+fetchRepository)
			r := p.fails(push, says...)
			assert.NotContains(t, r.said(), "hunter2")
			assert.Empty(t, p.registry.tags(), "no partial tag")
			before := p.registry.writes("digest=")

			p.registry.heals()
			assert.Contains(t, p.succeeds("image", "ls", "--env", "prod").stdout, "not pushed")
			p.succeeds(push...)
			assert.Len(t, p.registry.tags(), 1)
			assertOnce(t, append(before, p.registry.writes("digest=")[len(before):]...))
		})
	}
}

// One image of two fails: the other one is whole, and a rerun sends only the first.
func TestARerunSendsOnlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	p := onRegistry(t, fetch, clean)
	p.registry.fails(-1, func(r *http.Request) bool { return upload(r) && strings.Contains(r.URL.Path, fetchRepository) }, status(403))
	p.fails(push, "function "+fetch)
	p.registry.heals()
	p.succeeds(push...)
	assert.Len(t, p.registry.tags(), 2)
	assertOnce(t, p.registry.writes("digest="))
	p.registry.forget()
	r := p.succeeds(push...)
	assert.NotContains(t, r.stdout, "pushed now")
	assert.Empty(t, p.registry.writes(""), "nothing is missing any more")
}

// assertOnce requires that no blob was sent to a repository twice.
func assertOnce(t *testing.T, sent []string) {
	t.Helper()
	require.NotEmpty(t, sent)
	seen := map[string]bool{}
	for _, s := range sent {
		address, digest, _ := strings.Cut(s, "digest=")
		repository := address[:strings.Index(address, "/blobs/")]
		assert.False(t, seen[repository+digest], "%s was sent twice", s)
		seen[repository+digest] = true
	}
}

// A base image that cannot be had is told with the file that names it.
func TestBaseImagesThatCannotBePulled(t *testing.T) {
	t.Parallel()
	p := onRegistry(t, fetch)
	p.registry.put("lambda/arm:3.12", baseImage(t, "arm64"))
	host := p.registry.host()
	for _, tc := range []struct {
		name, base string
		fault      http.HandlerFunc
		says       []string
	}{
		{"unknown repository", host + "/lambda/pyhton:3.12", nil, []string{"lambda/pyhton"}},
		{"unknown tag", host + "/lambda/python:3.99", nil, []string{"lambda/python:3.99"}},
		{"unknown host", "registry.invalid/lambda/python:3.12", nil, []string{"registry.invalid"}},
		{"nobody listens", "127.0.0.1:9/lambda/python:3.12", nil, []string{"127.0.0.1:9"}},
		{"401", host + "/lambda/python:3.12", status(401), []string{"needs a login", "docker login"}},
		{"arm64 only", host + "/lambda/arm:3.12", nil, []string{"linux/amd64", "arm64"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p.t = t
			if testing.Short() && tc.name == "nobody listens" {
				t.Skip("it waits between tries for most of a minute")
			}
			p.write("repo/Dockerfile", standardDockerfile(tc.base))
			p.registry.heals()
			if tc.fault != nil {
				p.registry.fails(-1, ofBase, tc.fault)
			}
			p.env["DORC_CACHE_DIR"] = t.TempDir()
			p.registry.forget()
			p.fails(push, append(tc.says, filepath.Join("repo", "Dockerfile"))...)
			assert.Empty(t, p.registry.writes(""))
		})
	}
	p.t = t
	p.registry.heals()
	p.write("repo/Dockerfile", standardDockerfile(host+"/lambda/python:3.12"))
	p.succeeds(push...)
	assert.Len(t, p.registry.tags(), 1)
}
