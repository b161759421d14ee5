package stack

import (
	"context"
	"time"

	"github.com/dorc-dev/dorc/pkg/artifact"
)

// DeployArtifact makes what an environment's Composer has of the service project that
// of an artifact. It waits as long for someone else who deploys there.
func (p *Project) DeployArtifact(ctx context.Context, id, env string, wait time.Duration) (*artifact.Record, error) {
	to, err := p.artifactPlace(ctx, env)
	if err != nil {
		return nil, err
	}
	store, err := p.artifactStore(ctx)
	if err != nil {
		return nil, err
	}
	r, err := store.Deploy(ctx, id, to, artifact.DeployOptions{
		By: owner(), Wait: wait, Ready: func(ctx context.Context) error { return p.ready(ctx, env) },
	})
	return r, explain(err)
}
