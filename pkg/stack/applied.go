package stack

import (
	"context"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// notApplied says that a stack is not in the state.
func notApplied(r Ref) error {
	return problem.Problem{
		Resource: "stack " + r.Name(),
		Summary:  "it is not applied",
		Hint:     "apply it first: dorc apply " + r.Command(),
	}
}

// MustBeApplied refuses a stack that is not in the state.
func (p *Project) MustBeApplied(ctx context.Context, r Ref) error {
	there, err := p.isApplied(ctx, r)
	if err != nil || there {
		return err
	}
	return notApplied(r)
}

func (p *Project) isApplied(ctx context.Context, r Ref) (bool, error) {
	store, err := p.Store(ctx)
	if err != nil {
		return false, err
	}
	return store.Stack(r.Name()).Exists(ctx)
}
