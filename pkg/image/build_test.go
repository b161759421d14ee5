package image_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const folder = "src/raw/weather/extract/"

var files = map[string]string{
	"requirements.txt":          "tabulate==0.9.0\n",
	"shared/clean.py":           "def clean(): ...\n",
	folder + "requirements.txt": "idna==3.10\n",
	folder + "lambda.py":        componenttest.Handler,
	folder + "data/a.csv":       "a,b\n",
	folder + "run.sh":           "#!/bin/sh\n",
}

// newRepo makes the same repo in another folder each time.
func newRepo(t *testing.T) *configrepo.Repo {
	t.Helper()
	repo := componenttest.Repo(t, files)
	require.NoError(t, os.Chmod(filepath.Join(repo.Root, folder, "run.sh"), 0o755))
	return repo
}

func snapshot(t *testing.T, repo *configrepo.Repo) *source.Snapshot {
	t.Helper()
	s := source.Source{
		Repo: repo, Pipeline: repo.Pipelines[0], Function: repo.Pipelines[0].Functions[0],
		Settings: source.Settings{Builder: source.Standard, Base: baseName, SharedCode: "shared"},
	}
	snapshot, err := s.Snapshot()
	require.NoError(t, err)
	return snapshot
}

const baseName = "public.ecr.aws/lambda/python:3.12"

// packages stands for the installed Python packages.
func packages(_ context.Context, r image.Request) ([]layer.Entry, error) {
	content := strings.Join(r.Snapshot.Requirements.Roots, " ")
	return []layer.Entry{{
		Name: strings.TrimPrefix(r.Base.Python.SitePackages, "/") + "/tabulate.py", Size: int64(len(content)), Hash: sha256.Sum256([]byte(content)),
		CopyTo: func(w io.Writer) error { _, err := io.WriteString(w, content); return err },
	}}, nil
}

// standard builds thin images, or complete ones when it is given a registry.
func standard(t *testing.T, registry base.Registry) *image.Standard {
	t.Helper()
	var bases *base.Finder
	if registry != nil {
		bases = &base.Finder{Registry: registry}
	}
	return image.NewStandard(&layer.Cache{Dir: t.TempDir()}, packages, bases, nil)
}

func request(t *testing.T, repo *configrepo.Repo) image.Request {
	t.Helper()
	found, err := (&base.Finder{}).Find(context.Background(), baseName, "", "")
	require.NoError(t, err)
	return image.Request{Snapshot: snapshot(t, repo), Base: found, Key: "key", Say: func(string) {}}
}

func build(t *testing.T, repo *configrepo.Repo) v1.Image {
	t.Helper()
	built, done, err := standard(t, nil).Build(context.Background(), request(t, repo))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, done()) })
	return built
}

func digest(t *testing.T, i v1.Image) string {
	t.Helper()
	d, err := i.Digest()
	require.NoError(t, err)
	return d.String()
}

type entry struct {
	Name    string
	Mode    int64
	Content string
}

func entries(t *testing.T, l v1.Layer) (got []entry) {
	t.Helper()
	r, err := l.Uncompressed()
	require.NoError(t, err)
	defer r.Close()
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		require.NoError(t, err)
		content, err := io.ReadAll(archive)
		require.NoError(t, err)
		if h.Typeflag != tar.TypeDir {
			got = append(got, entry{h.Name, h.Mode, string(content)})
		}
	}
}

// An image has one layer of packages, one of shared code, one of the function.
func TestBuild(t *testing.T) {
	built := build(t, newRepo(t))
	require.NoError(t, validate.Image(built))
	layers, err := built.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 3)
	assert.Equal(t, []entry{
		{"var/lang/lib/python3.12/site-packages/tabulate.py", 0o644, "requirements.txt src/raw/weather/extract/requirements.txt"},
	}, entries(t, layers[0]))
	assert.Equal(t, []entry{{"var/task/clean.py", 0o644, "def clean(): ...\n"}}, entries(t, layers[1]))
	assert.Equal(t, []entry{
		{"var/task/data/a.csv", 0o644, "a,b\n"},
		{"var/task/global-requirements.txt", 0o644, "tabulate==0.9.0\n"},
		{"var/task/lambda.py", 0o644, componenttest.Handler},
		{"var/task/requirements.txt", 0o644, "idna==3.10\n"},
		{"var/task/run.sh", 0o755, "#!/bin/sh\n"},
	}, entries(t, layers[2]))
}

func TestConfig(t *testing.T) {
	repo := newRepo(t)
	file, err := build(t, repo).ConfigFile()
	require.NoError(t, err)
	assert.Equal(t, v1.Config{
		Cmd: []string{"lambda.handler"}, WorkingDir: "/var/task", Env: []string{"LAMBDA_TASK_ROOT=/var/task"},
		Labels: map[string]string{
			"dev.dorc.source-hash":                 "key",
			"dev.dorc.python":                      "3.12",
			"dev.dorc.site-packages":               "/var/lang/lib/python3.12/site-packages",
			"dev.dorc.requirements":                snapshot(t, repo).Hashes().Requirements,
			"org.opencontainers.image.base.name":   baseName,
			"org.opencontainers.image.title":       "raw-weather-extract",
			"org.opencontainers.image.description": "Function raw/weather/extract",
		},
	}, file.Config)
	assert.Equal(t, "linux/amd64", file.OS+"/"+file.Architecture)
	assert.True(t, file.Created.Equal(time.Unix(0, 0)))
}

// The digest is the same on two machines: other folders, times and umasks.
func TestDeterministic(t *testing.T) {
	one, two := newRepo(t), newRepo(t)
	require.NoError(t, filepath.WalkDir(two.Root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := os.FileMode(0o600)
		if d.IsDir() || strings.HasSuffix(path, ".sh") {
			mode = 0o700
		}
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
		return os.Chtimes(path, time.Unix(1, 0), time.Unix(1e9, 0))
	}))
	assert.Equal(t, digest(t, build(t, one)), digest(t, build(t, two)))
}

// bases is a registry of one base image.
type bases struct{ image v1.Image }

func (b bases) Resolve(context.Context, string) (string, error) {
	d, err := b.image.Digest()
	return d.String(), err
}
func (b bases) Image(context.Context, string) (v1.Image, error) { return b.image, nil }

func baseImage(t *testing.T, architecture string) v1.Image {
	t.Helper()
	file := &v1.ConfigFile{
		OS: "linux", Architecture: architecture, RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint: []string{"/lambda-entrypoint.sh"}, WorkingDir: "/var/task", Cmd: []string{"bash"},
			Env: []string{"PATH=/var/lang/bin:/usr/bin", "LAMBDA_TASK_ROOT=/var/task"}, Labels: map[string]string{"vendor": "aws"},
		},
	}
	image, err := mutate.ConfigFile(empty.Image, file)
	require.NoError(t, err)
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "lambda-entrypoint.sh", Mode: 0o755}))
	require.NoError(t, w.Close())
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	require.NoError(t, err)
	image, err = mutate.Append(image,
		mutate.Addendum{History: v1.History{CreatedBy: "ENV", EmptyLayer: true}},
		mutate.Addendum{Layer: l, History: v1.History{CreatedBy: "ADD"}})
	require.NoError(t, err)
	return image
}

// A complete image is one OCI manifest with the base's layers and configuration
// below what the function adds.
func TestComplete(t *testing.T) {
	below := baseImage(t, "amd64")
	r := request(t, newRepo(t))
	r.Base.Digest = digest(t, below)
	built, done, err := standard(t, bases{below}).Build(context.Background(), r)
	require.NoError(t, err)
	require.NoError(t, done())
	require.NoError(t, validate.Image(built))
	manifest, err := built.Manifest()
	require.NoError(t, err)
	assert.Equal(t, types.OCIManifestSchema1, manifest.MediaType)
	require.Len(t, manifest.Layers, 4)
	for _, l := range manifest.Layers {
		assert.Equal(t, types.OCILayer, l.MediaType)
	}
	file, err := built.ConfigFile()
	require.NoError(t, err)
	assert.Equal(t, []string{"/lambda-entrypoint.sh"}, file.Config.Entrypoint)
	assert.Equal(t, []string{"lambda.handler"}, file.Config.Cmd)
	assert.Equal(t, []string{"PATH=/var/lang/bin:/usr/bin", "LAMBDA_TASK_ROOT=/var/task"}, file.Config.Env)
	assert.Equal(t, "aws", file.Config.Labels["vendor"])
	assert.Equal(t, r.Base.Digest, file.Config.Labels[image.BaseDigestLabel])
	require.Len(t, file.History, 5)
	assert.Equal(t, "dorc: function", file.History[4].CreatedBy)

	_, _, err = standard(t, bases{baseImage(t, "arm64")}).Build(context.Background(), r)
	wantProblem(t, err, "another platform")
}

// What no image can have is refused before anything is compressed.
func TestTooLarge(t *testing.T) {
	huge := func(context.Context, image.Request) ([]layer.Entry, error) {
		return []layer.Entry{{Name: "opt/huge", Size: 11 << 30, CopyTo: func(io.Writer) error { return errors.New("it is read") }}}, nil
	}
	builder := image.NewStandard(&layer.Cache{Dir: t.TempDir()}, huge, nil, nil)
	_, _, err := builder.Build(context.Background(), request(t, newRepo(t)))
	wantProblem(t, err, "the image is larger than Lambda accepts")
	wantProblem(t, err, "/opt/huge with 11.8 GB")
}

func TestChangedWhileBuilding(t *testing.T) {
	repo := newRepo(t)
	r := request(t, repo)
	require.NoError(t, os.WriteFile(filepath.Join(repo.Root, folder, "lambda.py"), []byte("other"), 0o644))
	_, _, err := standard(t, nil).Build(context.Background(), r)
	require.ErrorIs(t, err, source.ErrChanged)
}

func wantProblem(t *testing.T, err error, words string) {
	t.Helper()
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Contains(t, p.Error(), words)
	assert.NotEmpty(t, p.Hint)
}
