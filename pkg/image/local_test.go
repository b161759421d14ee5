package image_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
)

const (
	host       = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/"
	repository = "exampledorc-extract"
)

// newPusher makes a pusher for a local cloud that has the named repositories.
func newPusher(t *testing.T, repositories ...string) (*image.LocalPusher, cloud.Layout) {
	t.Helper()
	l := cloud.Layout{Dir: t.TempDir()}
	return image.NewLocalPusher(l, func(name string) (bool, error) {
		for _, r := range repositories {
			if r == name {
				return true, nil
			}
		}
		return false, nil
	}), l
}

// stored reads an image as any OCI tool would.
func stored(t *testing.T, l cloud.Layout, name, digest string) v1.Image {
	t.Helper()
	path, err := layout.FromPath(l.Images(name))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := v1.NewHash(digest)
	if err != nil {
		t.Fatal(err)
	}
	found, err := path.Image(hash)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPushIsReadable(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository)
	built := build(t, newRepo(t))
	got, err := pusher.Push(ctx, host+repository, "prod-1", built)
	if err != nil {
		t.Fatal(err)
	}
	if want := digest(t, built); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	if err := validate.Image(stored(t, l, repository, got)); err != nil {
		t.Error(err)
	}
	for tag, want := range map[string]bool{"prod-1": true, "prod-2": false} {
		if found, has, err := pusher.Find(ctx, host+repository, tag); has != want || has && found != got || err != nil {
			t.Errorf("Find(%s) = %s, %t, %v", tag, found, has, err)
		}
	}
}

func TestHas(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository)
	got, err := pusher.Push(ctx, host+repository, "prod-1", build(t, newRepo(t)))
	if err != nil {
		t.Fatal(err)
	}
	has := func(repository, digest string, want bool) {
		t.Helper()
		if found, err := pusher.Has(ctx, host+repository, digest); found != want || err != nil {
			t.Errorf("Has(%s, %s) = %t, %v", repository, digest, found, err)
		}
	}
	has(repository, got, true)
	has("other", got, false)
	has(repository, "sha256:"+strings.Repeat("0", 64), false)
	if err := os.RemoveAll(filepath.Join(l.Images(repository), "blobs")); err != nil {
		t.Fatal(err)
	}
	has(repository, got, false)
}

// A second push writes nothing.
func TestPushAgain(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository)
	push := func() {
		t.Helper()
		if _, err := pusher.Push(ctx, host+repository, "prod-1", build(t, newRepo(t))); err != nil {
			t.Fatal(err)
		}
	}
	push()
	before := listing(t, l.Images(repository))
	push()
	if after := listing(t, l.Images(repository)); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// listing has every file with the time of its last change.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			b.WriteString(path + " " + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A push that ended in the middle is completed by the next one.
func TestPushCompletes(t *testing.T) {
	ctx := context.Background()
	builder, asked := standard(t, nil), request(t, newRepo(t))
	again := func() v1.Image {
		made, _, err := builder.Build(ctx, asked)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	built := again()
	manifest, err := built.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(dir string) error{
		"no index":       func(dir string) error { return os.Remove(filepath.Join(dir, "index.json")) },
		"no manifest":    func(dir string) error { return os.Remove(blob(dir, digest(t, built))) },
		"half a layer":   func(dir string) error { return os.Truncate(blob(dir, manifest.Layers[0].Digest.String()), 10) },
		"no config":      func(dir string) error { return os.Remove(blob(dir, manifest.Config.Digest.String())) },
		"empty manifest": func(dir string) error { return os.Truncate(blob(dir, digest(t, built)), 0) },
	} {
		t.Run(name, func(t *testing.T) {
			pusher, l := newPusher(t, repository)
			d, err := pusher.Push(ctx, host+repository, "prod-1", again())
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(l.Images(repository)); err != nil {
				t.Fatal(err)
			}
			if _, found, err := pusher.Find(ctx, host+repository, "prod-1"); found || err != nil {
				t.Errorf("found: %t, %v after the damage", found, err)
			}
			// As the next process does: what of the cache is damaged too is made anew.
			if _, err := pusher.Push(ctx, host+repository, "prod-1", again()); err != nil {
				t.Fatal(err)
			}
			if err := validate.Image(stored(t, l, repository, d)); err != nil {
				t.Error(err)
			}
		})
	}
}

func blob(dir, digest string) string {
	return filepath.Join(dir, "blobs", strings.Replace(digest, ":", "/", 1))
}

func TestPushRefusals(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository)
	built := build(t, newRepo(t))

	_, err := pusher.Push(ctx, host+"other", "prod-1", built)
	wantProblem(t, err, "RepositoryNotFoundException")
	if _, err := os.Stat(l.Images("other")); !os.IsNotExist(err) {
		t.Errorf("the refused push left something: %v", err)
	}

	if _, err := pusher.Push(ctx, host+repository, "prod-1", built); err != nil {
		t.Fatal(err)
	}
	repo := newRepo(t)
	if err := os.WriteFile(filepath.Join(repo.Root, folder, "more.py"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = pusher.Push(ctx, host+repository, "prod-1", build(t, repo))
	wantProblem(t, err, "ImageTagAlreadyExistsException")

	if err := os.WriteFile(filepath.Join(l.Images(repository), "index.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := pusher.Push(ctx, host+repository, "prod-1", built); err == nil || !strings.Contains(err.Error(), "index.json") {
		t.Errorf("want an error that names the file, got %v", err)
	}
}

// An image lives as long as some environment holds a tag on it.
func TestDelete(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository)
	built := build(t, newRepo(t))
	for _, tag := range []string{"prod-1", "dev-1"} {
		if _, err := pusher.Push(ctx, host+repository, tag, built); err != nil {
			t.Fatal(err)
		}
	}
	d := digest(t, built)
	remove := func(tag string) {
		t.Helper()
		if err := pusher.Delete(ctx, host+repository, tag); err != nil {
			t.Fatal(err)
		}
	}
	remove("dev-1")
	if err := validate.Image(stored(t, l, repository, d)); err != nil {
		t.Errorf("the image that prod uses is damaged: %v", err)
	}
	remove("prod-1")
	if _, err := os.Stat(blob(l.Images(repository), d)); !os.IsNotExist(err) {
		t.Errorf("the image is still there: %v", err)
	}
	remove("prod-1")
	if err := pusher.Delete(ctx, host+"gone", "prod-1"); err != nil {
		t.Errorf("deleting from a repository that has gone: %v", err)
	}
}

func TestConcurrentPushes(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository)
	built := build(t, newRepo(t))
	var all sync.WaitGroup
	tags := strings.Split("a b c d e f g h", " ")
	for _, tag := range tags {
		all.Go(func() {
			if _, err := pusher.Push(ctx, host+repository, tag, built); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, tag := range tags {
		if found, _, err := pusher.Find(ctx, host+repository, tag); found != digest(t, built) || err != nil {
			t.Errorf("Find(%s) = %s, %v", tag, found, err)
		}
	}
	if err := validate.Image(stored(t, l, repository, digest(t, built))); err != nil {
		t.Error(err)
	}
}

// What a killed writer left half-written is removed by the next push.
func TestPushSweepsHalfWrittenFiles(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository)
	if _, err := pusher.Push(ctx, host+repository, "prod-1", build(t, newRepo(t))); err != nil {
		t.Fatal(err)
	}
	left := []string{
		filepath.Join(l.Images(repository), ".new-1"),
		filepath.Join(l.Images(repository), "blobs", "sha256", ".new-2"),
	}
	for _, file := range left {
		if err := os.WriteFile(file, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pusher.Push(ctx, host+repository, "prod-1", build(t, newRepo(t))); err != nil {
		t.Fatal(err)
	}
	for _, file := range left {
		if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", file, err)
		}
	}
}

// The layers of two repositories take the room of one.
func TestLayersAreLinked(t *testing.T) {
	ctx := context.Background()
	pusher, l := newPusher(t, repository, "exampledorc-other")
	built := build(t, newRepo(t))
	manifest, err := built.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	var infos []os.FileInfo
	for _, name := range []string{repository, "exampledorc-other"} {
		if _, err := pusher.Push(ctx, host+name, "prod-1", built); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(l.Images(name), "blobs", "sha256", manifest.Layers[0].Digest.Hex))
		if err != nil {
			t.Fatal(err)
		}
		infos = append(infos, info)
	}
	if !os.SameFile(infos[0], infos[1]) {
		t.Error("the layer is there twice")
	}
	if infos[0].Mode().Perm() != 0o644 {
		t.Errorf("mode %v, want one that everyone can read", infos[0].Mode())
	}
}
