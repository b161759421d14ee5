package image

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/semaphore"

	"github.com/dorc-dev/dorc/pkg/image/docker"
)

// Dockerfile builds the repo's own Dockerfile with the container engine of the
// machine. What it makes is as reproducible as the Dockerfile is.
type Dockerfile struct {
	engine         func() (*docker.Engine, error)
	network, cache string
	working        *semaphore.Weighted
}

// NewDockerfile returns a builder. Preferred names an engine, or is "" for the
// first one that works: docker, podman, buildah. Network is that of RUN: "" is
// the engine's default. Cache is a folder for compressed layers. The engine is
// looked for when the first image is built.
func NewDockerfile(preferred, network, cache string) *Dockerfile {
	return &Dockerfile{
		engine:  sync.OnceValues(func() (*docker.Engine, error) { return docker.Find(context.Background(), preferred) }),
		network: network, cache: cache,
		working: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
	}
}

// Build implements Builder.
func (b *Dockerfile) Build(ctx context.Context, r Request) (v1.Image, func() error, error) {
	engine, err := b.engine()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", r.Snapshot.Owner(), err)
	}
	path, err := r.Snapshot.ContextPath()
	if err != nil {
		return nil, nil, err
	}
	if err := b.working.Acquire(ctx, 1); err != nil {
		return nil, nil, err
	}
	defer b.working.Release(1)
	return engine.Build(ctx, docker.Request{
		Function: r.Snapshot.ID(),
		Context:  r.Snapshot.Repo.Root,
		CodePath: path,
		Labels:   labels(r),
		Network:  b.network,
		Cache:    b.cache,
		Progress: r.Say,
	})
}
