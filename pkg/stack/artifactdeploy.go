package stack

import (
	"context"
	"time"

	"github.com/dorc-dev/dorc/pkg/artifact"
)

// DeployArtifact makes what an environment's Composer has of the service project that
// of an artifact. It waits as long for someone else who deploys there; say hears for
// whom.
func (p *Project) DeployArtifact(ctx context.Context, id, env string, wait time.Duration, say Said) (*artifact.Record, error) {
	to, err := p.artifactPlace(ctx, env)
	if err != nil {
		return nil, err
	}
	store, err := p.artifactStore(ctx)
	if err != nil {
		return nil, err
	}
	r, err := store.Deploy(ctx, id, to, artifact.DeployOptions{
		By: owner(), Wait: wait, Ready: func(ctx context.Context) error { return p.ready(ctx, env, to.Line) }, HasImage: p.hasImage,
		Say: func(line string) { say(env, line) },
	})
	return r, explain(err)
}

// hasImage says whether the target's registry has an image of a digest.
func (p *Project) hasImage(ctx context.Context, repository, digest string) (bool, error) {
	tools, err := p.images()
	if err != nil {
		return false, err
	}
	pusher, err := p.pusher(tools)
	if err != nil {
		return false, err
	}
	return pusher.Has(ctx, repository, digest)
}
