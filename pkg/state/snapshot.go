package state

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack/snapshot"
	"github.com/pulumi/pulumi/pkg/v3/secrets"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Snapshot is the engine's form of the state, nil when the stack does not exist.
// Resources keep their positions, on which journal entries rely. State that
// breaks the engine's rules (a missing parent, say) is refused.
func (c *Checkpoint) Snapshot(ctx context.Context, provider secrets.Provider) (*deploy.Snapshot, error) {
	if !c.Exists {
		return nil, nil
	}
	if len(c.Deployment.Resources) > 0 || c.Deployment.Manifest.Magic != "" {
		if err := snapshot.VerifyIntegrity(c.Deployment); err != nil {
			return nil, problem.Problem{
				File: c.key, Summary: "the state breaks the rules of a state file", Detail: err.Error(),
				Hint: "repair it with `dorc state export` and `dorc state import`, or take the file's .bak",
			}
		}
	}
	return stack.DeserializeDeploymentV3(ctx, *c.Deployment, provider)
}

// Snapshot is c.Snapshot, for callers that have the checkpoint as an argument.
func Snapshot(ctx context.Context, c *Checkpoint, provider secrets.Provider) (*deploy.Snapshot, error) {
	return c.Snapshot(ctx, provider)
}
