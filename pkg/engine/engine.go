package engine

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/secrets"

	"github.com/dorc-dev/dorc/pkg/state"
)

// Engine runs operations on stacks of one state store.
type Engine struct {
	// Store has the stacks.
	Store *state.Store
	// Providers are those that operations may use.
	Providers Providers
	// Secrets opens and closes the secrets of a stack. It is called once per
	// operation; the manager should do nothing costly until a secret is met.
	Secrets func(ctx context.Context, stack string, recorded *state.SecretsProvider) (secrets.Manager, error)
	// Owner names who works, for locks and history, such as "ada@host".
	Owner string
}
