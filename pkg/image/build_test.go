package image_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const folder = "src/raw/weather/extract/"

var files = map[string]string{
	"requirements.txt":          "tabulate==0.9.0\n",
	folder + "requirements.txt": "idna==3.10\n",
	folder + "lambda.py":        componenttest.Handler,
	folder + "data/a.csv":       "a,b\n",
	folder + "run.sh":           "#!/bin/sh\n",
}

// newRepo makes the same repo in another folder each time.
func newRepo(t *testing.T) *configrepo.Repo {
	t.Helper()
	repo := componenttest.Repo(t, files)
	if err := os.Chmod(filepath.Join(repo.Root, folder, "run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	return repo
}

func snapshot(t *testing.T, repo *configrepo.Repo) *source.Snapshot {
	t.Helper()
	s := source.Source{Repo: repo, Pipeline: repo.Pipelines[0], Function: repo.Pipelines[0].Functions[0]}
	snapshot, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func build(t *testing.T, repo *configrepo.Repo) v1.Image {
	t.Helper()
	built, err := image.Build(snapshot(t, repo))
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func digest(t *testing.T, i v1.Image) string {
	t.Helper()
	d, err := i.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d.String()
}

type entry struct {
	Name    string
	Kind    byte
	Mode    int64
	Content string
}

func TestBuild(t *testing.T) {
	repo := newRepo(t)
	built := build(t, repo)
	layers, err := built.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	r, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []entry
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, entry{h.Name, h.Typeflag, h.Mode, string(content)})
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || !h.ModTime.Equal(time.Unix(0, 0)) {
			t.Errorf("%s: owner %d:%d %q, time %v", h.Name, h.Uid, h.Gid, h.Uname, h.ModTime)
		}
	}
	want := []entry{
		{"var/", tar.TypeDir, 0o755, ""},
		{"var/task/", tar.TypeDir, 0o755, ""},
		{"var/task/data/", tar.TypeDir, 0o755, ""},
		{"var/task/data/a.csv", tar.TypeReg, 0o644, "a,b\n"},
		{"var/task/global-requirements.txt", tar.TypeReg, 0o644, "tabulate==0.9.0\n"},
		{"var/task/lambda.py", tar.TypeReg, 0o644, componenttest.Handler},
		{"var/task/requirements.txt", tar.TypeReg, 0o644, "idna==3.10\n"},
		{"var/task/run.sh", tar.TypeReg, 0o755, "#!/bin/sh\n"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the layer has\n%v\nwant\n%v", got, want)
	}
}

func TestConfig(t *testing.T) {
	repo := newRepo(t)
	file, err := build(t, repo).ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	want := v1.Config{
		Cmd: []string{"lambda.handler"}, WorkingDir: "/var/task", Env: []string{"LAMBDA_TASK_ROOT=/var/task"},
		Labels: map[string]string{
			"dev.dorc.source-hash":                 snapshot(t, repo).Hashes().Source,
			"org.opencontainers.image.title":       "raw-weather-extract",
			"org.opencontainers.image.description": "Function raw/weather/extract",
		},
	}
	if !reflect.DeepEqual(file.Config, want) {
		t.Errorf("config %+v\nwant   %+v", file.Config, want)
	}
	if file.OS != "linux" || file.Architecture != "amd64" || !file.Created.Equal(time.Unix(0, 0)) {
		t.Errorf("platform %s/%s, created %v", file.OS, file.Architecture, file.Created)
	}
}

// The digest is the same on two machines: other folders, times and umasks.
func TestDeterministic(t *testing.T) {
	one, two := newRepo(t), newRepo(t)
	err := filepath.WalkDir(two.Root, func(path string, d os.DirEntry, err error) error {
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
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := digest(t, build(t, one)), digest(t, build(t, two)); a != b {
		t.Errorf("digests %s and %s", a, b)
	}
	layers, err := build(t, one).Layers()
	if err != nil {
		t.Fatal(err)
	}
	// When this changes, change source.format too, or images stay as they were.
	const content = "sha256:2aec1c0addcf246b7fdda9cbc970e134fb17528cd53545fccb8652cc7060680a"
	if d, err := layers[0].DiffID(); err != nil || d.String() != content {
		t.Errorf("the layer's content is %s, %v; it was %s", d, err, content)
	}
}

func TestChangedWhileBuilding(t *testing.T) {
	repo := newRepo(t)
	s := snapshot(t, repo)
	if err := os.WriteFile(filepath.Join(repo.Root, folder, "lambda.py"), []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	built, err := image.Build(s)
	if err == nil {
		_, err = built.Digest()
	}
	if !errors.Is(err, source.ErrChanged) {
		t.Errorf("want ErrChanged, got %v", err)
	}
}
