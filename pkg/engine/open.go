package engine

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/secrets"

	"github.com/dorc-dev/dorc/pkg/state"
)

// opened is a stack's state in memory.
type opened struct {
	stack      *state.Stack
	checkpoint *state.Checkpoint
	snapshot   *deploy.Snapshot
	secrets    secrets.Manager
	tags       map[string]string
}

// open reads a stack's state. A stack that does not exist is an empty one.
func (e *Engine) open(ctx context.Context, st *state.Stack) (*opened, error) {
	checkpoint, err := st.Read(ctx)
	if err != nil {
		return nil, err
	}
	manager, err := e.Secrets(ctx, st.Name(), checkpoint.Deployment.SecretsProviders)
	if err != nil {
		return nil, err
	}
	snapshot, err := checkpoint.Snapshot(ctx, state.ProviderOf(manager))
	if err != nil {
		return nil, err
	}
	if snapshot == nil {
		snapshot = &deploy.Snapshot{}
	}
	if snapshot.SecretsManager == nil {
		snapshot.SecretsManager = manager
	}
	tags, err := st.Tags(ctx)
	if err != nil {
		return nil, err
	}
	return &opened{stack: st, checkpoint: checkpoint, snapshot: snapshot, secrets: manager, tags: tags}, nil
}
