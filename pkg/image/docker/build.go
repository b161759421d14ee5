package docker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Build builds the Dockerfile and takes the image out of the engine: one OCI
// image for linux/amd64, without index and attestations. The caller calls done
// when it has read the layers: they are in a temporary folder until then. A build
// that fails is a problem.Problem, at the line of the Dockerfile where the engine
// tells it.
func (e *Engine) Build(ctx context.Context, r Request) (image v1.Image, done func() error, err error) {
	if err := r.check(); err != nil {
		return nil, nil, err
	}
	temp, err := os.MkdirTemp("", "dorc-build-*")
	if err != nil {
		return nil, nil, err
	}
	done = func() error { return os.RemoveAll(temp) }
	defer func() {
		if err != nil {
			err = errors.Join(err, done())
			image, done = nil, nil
		}
	}()
	image, err = e.build(ctx, r, temp)
	return image, done, err
}

func (e *Engine) build(ctx context.Context, r Request, temp string) (image v1.Image, err error) {
	private := filepath.Join(temp, "secrets")
	if err := os.Mkdir(private, 0o700); err != nil {
		return nil, err
	}
	s, err := e.readSecrets(private)
	if err != nil {
		return nil, err
	}
	tag, err := temporaryTag()
	if err != nil {
		return nil, err
	}
	output := newTranscript(r, s)
	build := e.command(e.arguments(r, s, tag)...)
	build.line = output.add
	if err := build.run(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, output.problem(e, r)
	}
	defer func() { err = errors.Join(err, e.remove(ctx, tag)) }()
	if err := os.RemoveAll(private); err != nil {
		return nil, err
	}
	taken, err := e.take(ctx, tag, filepath.Join(temp, "taken"))
	if err != nil {
		return nil, notTaken(e, r, s, err)
	}
	layers := r.Cache
	if layers == "" {
		layers = filepath.Join(temp, "layers")
	}
	return single(taken, r, layers)
}

// temporaryTag is a name that no other build has. Podman and Buildah keep images
// that they built under localhost.
func temporaryTag() (string, error) {
	random := make([]byte, 12)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	return "localhost/dorc-build:" + hex.EncodeToString(random), nil
}

// arguments are those of the build. Paths are absolute and values stand behind
// their flag in one argument, so nothing of the repo is taken for a flag.
func (e *Engine) arguments(r Request, s *secrets, tag string) []string {
	var args []string
	switch {
	case e.buildx:
		args = []string{"buildx", "build", "--load", "--progress=plain"}
		if e.attestations {
			args = append(args, "--provenance=false", "--sbom=false")
		}
	case e.Name == Docker:
		args = []string{"build", "--progress=plain"}
	default:
		// Files and history get the time of the epoch, as SOURCE_DATE_EPOCH does for BuildKit.
		args = []string{"build", "--format=oci", "--timestamp=0"}
	}
	if e.Name == Buildah {
		args[0] = "bud" // its name before 1.24, and still
	}
	args = append(args, "--platform="+Platform, "--build-arg=CODE_PATH="+r.CodePath, "--tag="+tag,
		"--file="+filepath.Join(r.Context, filepath.FromSlash(r.Dockerfile)))
	if r.Network != "" {
		args = append(args, "--network="+r.Network)
	}
	return append(append(args, s.flags...), r.Context)
}

// take gets the image out of the engine, into a file or folder.
func (e *Engine) take(ctx context.Context, tag, path string) (v1.Image, error) {
	switch e.Name {
	case Docker:
		if err := e.command("save", "--output="+path, tag).run(ctx); err != nil {
			return nil, err
		}
		return fromArchive(path)
	case Podman:
		if err := e.command("save", "--quiet", "--format=oci-dir", "--output="+path, tag).run(ctx); err != nil {
			return nil, err
		}
	case Buildah:
		if err := e.command("push", "--quiet", tag, "oci:"+path+":latest").run(ctx); err != nil {
			return nil, err
		}
	}
	return fromLayout(path)
}

// fromArchive reads what docker save writes.
func fromArchive(path string) (v1.Image, error) {
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(path) })
	if err != nil {
		return nil, err
	}
	if len(manifest) != 1 {
		return nil, several(len(manifest))
	}
	return tarball.ImageFromPath(path, nil)
}

// fromLayout reads an OCI layout with one image.
func fromLayout(path string) (v1.Image, error) {
	index, err := layout.ImageIndexFromPath(path)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != 1 || !manifest.Manifests[0].MediaType.IsImage() {
		return nil, several(len(manifest.Manifests))
	}
	return index.Image(manifest.Manifests[0].Digest)
}
