package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	pulumistack "github.com/pulumi/pulumi/pkg/v3/resource/stack"
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
	snapshot, err := pulumistack.DeserializeDeploymentV3(ctx, *checkpoint.Deployment, fixedSecrets{manager})
	if err != nil {
		return nil, fmt.Errorf("reading the state of stack %s: %w", st.Name(), err)
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

// fixedSecrets is a secrets.Provider for the one manager of a stack.
type fixedSecrets struct{ manager secrets.Manager }

func (f fixedSecrets) OfType(context.Context, string, json.RawMessage) (secrets.Manager, error) {
	return f.manager, nil
}
