package engine

import (
	"context"
	"fmt"

	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Finder is a provider that can tell what an interrupted create left behind.
type Finder interface {
	// Find returns the ID of a resource that was made for the URN and is none of
	// those already known.
	Find(ctx context.Context, urn resource.URN, known ...resource.ID) (id resource.ID, found bool, err error)
}

// reconcile settles what an ended run was doing when it ended, with providers
// that can say what became of it: a resource that was created is taken into the
// snapshot, everything else is done again by the next operation, since updates
// and deletes may be repeated. What no provider can tell stays pending, and
// Pulumi warns about it. It reports whether the snapshot changed.
func (e *Engine) reconcile(ctx context.Context, o *opened) (bool, error) {
	if len(o.snapshot.PendingOperations) == 0 {
		return false, nil
	}
	var pending []pkgresource.Operation
	for _, op := range o.snapshot.PendingOperations {
		settled := true
		if op.Type == pkgresource.OperationTypeCreating {
			var err error
			if settled, err = e.adopt(ctx, o, op.Resource); err != nil {
				return false, fmt.Errorf("finding out what became of %s, which was being created when a run ended: %w", op.Resource.URN, err)
			}
		}
		if !settled {
			pending = append(pending, op)
		}
	}
	o.snapshot.PendingOperations = pending
	return true, nil
}

// adopt takes a resource that was being created into the snapshot if it exists.
// It reports whether its fate is known.
func (e *Engine) adopt(ctx context.Context, o *opened, goal *pkgresource.State) (bool, error) {
	if !goal.Custom {
		return true, nil // a component exists in the state alone
	}
	newProvider, ok := e.Providers.InProcess[string(goal.Type.Package())]
	if !ok {
		return false, nil
	}
	provider, err := newProvider()
	if err != nil {
		return false, err
	}
	finder, ok := provider.(Finder)
	if !ok {
		// Its creates may be repeated: nothing is left behind that matters.
		return true, nil
	}
	var known []resource.ID
	for _, r := range o.snapshot.Resources {
		if r.URN == goal.URN {
			known = append(known, r.ID)
		}
	}
	id, found, err := finder.Find(ctx, goal.URN, known...)
	if err != nil || !found {
		return true, err
	}
	return true, o.adoptID(ctx, provider, goal, id)
}

// adoptID reads the resource and records it as created.
func (o *opened) adoptID(ctx context.Context, provider plugin.Provider, goal *pkgresource.State, id resource.ID) error {
	read, err := provider.Read(ctx, plugin.ReadRequest{
		URN: goal.URN, Name: goal.URN.Name(), Type: goal.Type, ID: id, Inputs: goal.Inputs,
	})
	if err != nil || read.Outputs == nil {
		return err
	}
	// What the new one was to replace is still to be deleted.
	for _, r := range o.snapshot.Resources {
		if r.URN == goal.URN {
			r.Delete = true
		}
	}
	adopted := goal.Copy()
	adopted.ID, adopted.Outputs = id, read.Outputs
	o.snapshot.Resources = append(o.snapshot.Resources, adopted)
	return nil
}
