package docker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func TestRequestsThatAreRefused(t *testing.T) {
	outside := t.TempDir()
	for name, change := range map[string]func(*Request){
		"no folder":         func(r *Request) { r.CodePath = "" },
		"the root":          func(r *Request) { r.CodePath = "." },
		"above the root":    func(r *Request) { r.CodePath = "../x" },
		"absolute":          func(r *Request) { r.CodePath = outside },
		"not there":         func(r *Request) { r.CodePath = "src/none" },
		"a file":            func(r *Request) { r.CodePath = "src/raw/weather/fetch/lambda.py" },
		"a line end":        func(r *Request) { r.CodePath = "src/\nX=1" },
		"a link out":        func(r *Request) { r.CodePath = "out" },
		"Dockerfile out":    func(r *Request) { r.Dockerfile = "out/Dockerfile" },
		"Dockerfile above":  func(r *Request) { r.Dockerfile = "../Dockerfile" },
		"no Dockerfile":     func(r *Request) { r.Dockerfile = "Dockerfile.other" },
		"a flag as network": func(r *Request) { r.Network = "--privileged" },
	} {
		t.Run(name, func(t *testing.T) {
			r := repo(t, "FROM scratch")
			require.NoError(t, os.Symlink(outside, filepath.Join(r.Context, "out")))
			require.NoError(t, os.WriteFile(filepath.Join(outside, "Dockerfile"), nil, 0o600))
			change(&r)
			// The program would say that it was called.
			_, _, err := (&Engine{Name: Docker, Path: "/bin/false"}).Build(t.Context(), r)
			var p problem.Problem
			require.ErrorAs(t, err, &p)
			assert.NotEqual(t, "the image of a function cannot be built", p.Summary)
			assert.NotEmpty(t, p.Hint)
		})
	}
	r := repo(t, "FROM scratch")
	require.NoError(t, os.MkdirAll(filepath.Join(r.Context, "src/-p/-f"), 0o700))
	r.CodePath = "src/-p/-f"
	assert.NoError(t, r.check())
}

func TestSingle(t *testing.T) {
	made, err := random.Image(1000, 3)
	require.NoError(t, err)
	from, err := mutate.ConfigFile(made, with(t, made, "linux", "amd64"))
	require.NoError(t, err)
	dir := t.TempDir()
	one, err := single(from, Request{Labels: map[string]string{"a": "b"}}, dir)
	require.NoError(t, err)
	two, err := single(from, Request{Labels: map[string]string{"a": "b"}}, t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, digest(t, one), digest(t, two))

	// A layer in the cache is taken from there; one that is damaged is not.
	entries, err := filepath.Glob(filepath.Join(dir, "*.tar.gz"))
	require.NoError(t, err)
	require.Len(t, entries, 3)
	require.NoError(t, os.Truncate(entries[0], 10))
	three, err := single(from, Request{Labels: map[string]string{"a": "b"}}, dir)
	require.NoError(t, err)
	assert.Equal(t, digest(t, one), digest(t, three))
	info, err := os.Stat(entries[0])
	require.NoError(t, err)
	assert.Greater(t, info.Size(), int64(10))

	for _, other := range [][2]string{{"linux", "arm64"}, {"windows", "amd64"}, {"", ""}} {
		from, err := mutate.ConfigFile(made, with(t, made, other[0], other[1]))
		require.NoError(t, err)
		_, err = single(from, Request{Function: "raw/weather/fetch"}, t.TempDir())
		var p problem.Problem
		require.ErrorAs(t, err, &p)
		assert.Equal(t, "the image is for another platform", p.Summary)
		assert.Contains(t, p.Detail, other[0]+"/"+other[1])
		assert.Equal(t, "raw/weather/fetch", p.Resource)
	}

	// A layer that is not what the configuration says.
	config := with(t, made, "linux", "amd64")
	config.RootFS.DiffIDs[1].Hex = strings.Repeat("0", 64)
	from, err = mutate.ConfigFile(made, config)
	require.NoError(t, err)
	_, err = single(from, Request{}, t.TempDir())
	assert.Error(t, err)
}

func with(t *testing.T, i v1.Image, system, architecture string) *v1.ConfigFile {
	config, err := i.ConfigFile()
	require.NoError(t, err)
	config = config.DeepCopy()
	config.OS, config.Architecture = system, architecture
	return config
}

func digest(t *testing.T, i v1.Image) string {
	d, err := i.Digest()
	require.NoError(t, err)
	return d.String()
}

// An index, as engines write it with attestations, is no image for Lambda.
func TestIndexIsRefused(t *testing.T) {
	made, err := random.Image(100, 1)
	require.NoError(t, err)
	for n := range 3 {
		index := mutate.IndexMediaType(empty.Index, "application/vnd.oci.image.index.v1+json")
		for range n {
			made, err = mutate.Config(made, v1.Config{User: digest(t, made)})
			require.NoError(t, err)
			index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: made})
		}
		dir := t.TempDir()
		_, err := layout.Write(dir, index)
		require.NoError(t, err)
		_, err = fromLayout(dir)
		assert.Equal(t, n != 1, err != nil, "%d images: %v", n, err)
	}
	nested := t.TempDir()
	_, err = layout.Write(nested, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: made})}))
	require.NoError(t, err)
	_, err = fromLayout(nested)
	assert.ErrorContains(t, err, "a function has one image")
}
