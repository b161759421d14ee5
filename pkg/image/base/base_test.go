package base_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/problem"
)

var (
	ctx    = context.Background()
	digest = "sha256:" + strings.Repeat("a", 64)
)

// fake is a registry with one image, which counts what it is asked.
type fake struct {
	image             v1.Image
	err               error
	resolved, fetched int
}

func (f *fake) Resolve(context.Context, string) (string, error) {
	f.resolved++
	return digest, f.err
}

func (f *fake) Image(context.Context, string) (v1.Image, error) {
	f.fetched++
	return f.image, f.err
}

// imageOf has empty files of these names, and variables.
func imageOf(t *testing.T, env []string, names ...string) v1.Image {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o755}))
	}
	require.NoError(t, w.Close())
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	require.NoError(t, err)
	image, err := mutate.AppendLayers(empty.Image, l)
	require.NoError(t, err)
	image, err = mutate.Config(image, v1.Config{Env: env})
	require.NoError(t, err)
	return image
}

// The images that nearly everyone uses are known by name: nothing is fetched.
func TestKnownByName(t *testing.T) {
	f := &base.Finder{Registry: &fake{err: errors.New("nothing is to be asked")}}
	for _, test := range []struct{ reference, python, version, packages string }{
		{"public.ecr.aws/lambda/python:3.12", "", "3.12", "/var/lang/lib/python3.12/site-packages"},
		{"amazon/aws-lambda-python:3.9", "", "3.9", "/var/lang/lib/python3.9/site-packages"},
		{"127.0.0.1:5000/lambda/python:3.13-x86_64", "", "3.13", "/var/lang/lib/python3.13/site-packages"},
		{"public.ecr.aws/lambda/python@" + digest, "3.11", "3.11", "/var/lang/lib/python3.11/site-packages"},
		{"python:3.12-slim", "", "3.12", "/usr/local/lib/python3.12/site-packages"},
		{"docker.io/library/python:3.10.4-bookworm", "", "3.10", "/usr/local/lib/python3.10/site-packages"},
	} {
		found, err := f.Find(ctx, test.reference, "", test.python)
		require.NoError(t, err, test.reference)
		assert.Equal(t, test.version, found.Python.Version)
		assert.Equal(t, test.packages, found.Python.SitePackages)
	}
}

// Others are looked into, once.
func TestLooksIntoOthers(t *testing.T) {
	registry := &fake{image: imageOf(t, []string{"PATH=/opt/py/bin:/usr/bin"},
		"usr/bin/python3.9", "usr/lib/python3.9/site-packages/x", "opt/py/bin/python3.12", "opt/py/lib/python3.12/site-packages", "opt/py/bin/python3")}
	f := &base.Finder{Registry: registry}
	for range 3 {
		found, err := f.Find(ctx, "example.org/team/ours:stable", "", "")
		require.NoError(t, err)
		assert.Equal(t, digest, found.Digest)
		assert.Equal(t, base.Python{Version: "3.12", Interpreter: "/opt/py/bin/python3.12", Scripts: "/opt/py/bin",
			SitePackages: "/opt/py/lib/python3.12/site-packages"}, found.Python)
	}
	assert.Equal(t, 1, registry.resolved)
	assert.Equal(t, 1, registry.fetched)

	_, err := f.Find(ctx, "example.org/team/ours:stable", "", "3.11")
	wantProblem(t, err, "the base image has another Python than python_version says")

	official := &base.Finder{Registry: &fake{image: imageOf(t, []string{"PYTHON_VERSION=3.13.1"})}}
	found, err := official.Find(ctx, "example.org/ours:1", "", "")
	require.NoError(t, err)
	assert.Equal(t, "/usr/local/bin/python3.13", found.Python.Interpreter)

	none := &base.Finder{Registry: &fake{image: imageOf(t, []string{"PATH=/bin"}, "bin/sh")}}
	_, err = none.Find(ctx, "example.org/ours:1", "", "")
	wantProblem(t, err, "the base image has no Python in its search path")
}

// The wheels of packages are for glibc.
func TestMuslIsRefused(t *testing.T) {
	f := &base.Finder{Registry: &fake{image: imageOf(t, []string{"PATH=/usr/bin"}, "lib/ld-musl-x86_64.so.1", "usr/bin/python3.12")}}
	for _, reference := range []string{"python:3.12-alpine", "example.org/ours:1"} {
		_, err := f.Find(ctx, reference, "", "")
		wantProblem(t, err, "the base image has the C library musl")
	}
}

func TestDigest(t *testing.T) {
	root := t.TempDir()
	locked := "sha256:" + strings.Repeat("b", 64)
	require.NoError(t, base.WriteLock(root, map[string]string{"python:3.12": locked}))
	lock, err := base.ReadLock(root)
	require.NoError(t, err)
	registry := &fake{}
	f := &base.Finder{Registry: registry, Lock: lock}
	for reference, want := range map[string]string{
		"python:3.12": locked, "python@" + locked: locked, "python:3.11": digest,
	} {
		got, err := f.Digest(ctx, reference)
		require.NoError(t, err)
		assert.Equal(t, want, got, reference)
	}
	assert.Equal(t, 1, registry.resolved)
	by, err := base.ByDigest("public.ecr.aws/lambda/python:3.12", digest)
	require.NoError(t, err)
	assert.Equal(t, "public.ecr.aws/lambda/python@"+digest, by)
}

func TestLockProblems(t *testing.T) {
	root := t.TempDir()
	for content, want := range map[string]string{
		"a: b: c\n":                   "cannot be read",
		"- python:3.12\n":             "not a table",
		"python:3.12: sha256:short\n": "64 hexadecimal digits",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, base.LockFile), []byte(content), 0o644))
		_, err := base.ReadLock(root)
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, base.LockFile), nil, 0o644))
	lock, err := base.ReadLock(root)
	require.NoError(t, err)
	assert.Empty(t, lock.Digest("python:3.12"))
	require.Error(t, base.Check("UPPER:case:twice"))
	require.NoError(t, base.Check("python:3.12"))
}

func wantProblem(t *testing.T, err error, summary string) {
	t.Helper()
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, summary, p.Summary)
	assert.NotEmpty(t, p.Hint)
}
