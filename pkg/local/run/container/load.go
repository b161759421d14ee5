package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// localRegistry is the host in the names of images that were loaded. It does not exist, so nothing can be pulled
// from it or pushed to it by mistake.
const localRegistry = "dorc.local"

// Load puts an image into the engine, once per digest, and returns its name there. image is called when it is not there
// yet, and gives the complete image for the digest.
func (e *Engine) Load(ctx context.Context, repository, digest string, image func(context.Context) (v1.Image, error)) (string, error) {
	hash, err := v1.NewHash(digest)
	if err != nil {
		return "", err
	}
	tag, err := name.NewTag(localRegistry + "/" + repository + ":" + hash.Hex)
	if err != nil {
		return "", err
	}
	if _, err := e.output(ctx, "image", "inspect", "--format", "{{.Id}}", tag.Name()); err == nil {
		return tag.Name(), nil
	}
	whole, err := image(ctx)
	if err != nil {
		return "", err
	}
	reader, writer := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := tarball.Write(tag, whole, writer)
		written <- err
		_ = writer.CloseWithError(err) // never fails
	}()
	cmd := exec.CommandContext(ctx, e.program, "load", "--quiet")
	cmd.Stdin = reader
	_, err = e.run(ctx, cmd)
	_ = reader.CloseWithError(errStopped) // wakes up a writer whose reader is gone; never fails
	if writing := <-written; writing != nil && !errors.Is(writing, errStopped) {
		return "", fmt.Errorf("reading the image: %w", writing)
	}
	if err != nil {
		return "", err
	}
	return tag.Name(), nil
}

var errStopped = errors.New("the engine stopped reading")

// Sweep removes containers of runs that were killed. gone tells whether a process of this machine has ended.
func (e *Engine) Sweep(ctx context.Context, gone func(pid string) bool) error {
	format := `{{.ID}} {{.Label "` + ownerLabel + `"}}`
	if e.Name == "podman" {
		format = `{{.ID}} {{index .Labels "` + ownerLabel + `"}}`
	}
	list, err := e.output(ctx, "ps", "--all", "--filter", "label="+ownerLabel, "--format", format)
	if err != nil {
		return err
	}
	for line := range strings.Lines(list) {
		id, owner, _ := strings.Cut(strings.TrimSpace(line), " ")
		host, pid, _ := strings.Cut(owner, "/")
		if id == "" || host != hostname() || !gone(pid) {
			continue
		}
		e.remove(ctx, id)
	}
	return nil
}
