package engine

import (
	"context"
	"fmt"
	"slices"

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

// InputFinder is a Finder that needs the inputs of what was being created.
type InputFinder interface {
	// FindByInputs returns the ID of a resource that was made of the inputs and is
	// none of those already known.
	FindByInputs(ctx context.Context, urn resource.URN, inputs resource.PropertyMap, known ...resource.ID) (id resource.ID, found bool, err error)
}

// reconcile settles what an ended run was doing when it ended, with the
// providers of this process: they know what became of it. What was created is
// taken into the snapshot, what was deleted is taken out of it, and what was
// changed is recorded as it is now. Doing it again without looking would not do:
// the next operation may be another one, which finds the resource as the
// snapshot has it. What no provider can tell stays pending, and Pulumi warns
// about it. It reports whether the snapshot changed.
func (e *Engine) reconcile(ctx context.Context, o *opened) (bool, error) {
	var pending []pkgresource.Operation
	for _, op := range o.snapshot.PendingOperations {
		settled, err := e.settle(ctx, o, op)
		if err != nil {
			return false, fmt.Errorf("finding out what became of %s, which was %s when a run ended: %w", op.Resource.URN, op.Type, err)
		}
		if !settled {
			pending = append(pending, op)
		}
	}
	changed := len(pending) < len(o.snapshot.PendingOperations)
	o.snapshot.PendingOperations = pending
	if !changed {
		return false, nil
	}
	if err := o.snapshot.VerifyIntegrity(); err != nil {
		return false, &InternalError{Cause: fmt.Errorf("stack %s after taking up an ended run: %w", o.stack.Name(), err)}
	}
	return true, nil
}

// builtin is the package of the resources that the engine itself provides.
const builtin = "pulumi"

// settle deals with one interrupted call. It reports whether its fate is known.
func (e *Engine) settle(ctx context.Context, o *opened, op pkgresource.Operation) (bool, error) {
	if !op.Resource.Custom {
		return true, nil // a component exists in the state alone
	}
	if op.Resource.Type.Package() == builtin {
		return true, nil // providers and references to stacks exist in the state alone, too
	}
	newProvider, ok := e.Providers.InProcess[string(op.Resource.Type.Package())]
	if !ok {
		return false, nil
	}
	provider, err := newProvider()
	if err != nil {
		return false, err
	}
	switch op.Type {
	case pkgresource.OperationTypeCreating:
		return true, o.adopt(ctx, provider, op.Resource)
	case pkgresource.OperationTypeUpdating, pkgresource.OperationTypeDeleting:
		return true, o.look(ctx, provider, op.Resource)
	default:
		return true, nil // reading and importing change nothing: they are done again
	}
}

// adopt takes a resource that was being created into the snapshot if it exists.
func (o *opened) adopt(ctx context.Context, provider plugin.Provider, goal *pkgresource.State) error {
	find := finderOf(provider, goal)
	if find == nil {
		return nil // its creates may be repeated: nothing is left behind that matters
	}
	var known []resource.ID
	for _, r := range o.snapshot.Resources {
		// What is pending replacement is gone; the new one may have its ID.
		if r.URN == goal.URN && !r.PendingReplacement {
			known = append(known, r.ID)
		}
	}
	id, found, err := find(ctx, known...)
	if err != nil || !found {
		return err
	}
	read, err := provider.Read(ctx, plugin.ReadRequest{
		URN: goal.URN, Name: goal.URN.Name(), Type: goal.Type, ID: id, Inputs: goal.Inputs,
	})
	if err != nil || read.Outputs == nil {
		return err
	}
	adopted := goal.Copy()
	adopted.ID, adopted.Outputs = id, read.Outputs
	o.insert(adopted)
	return nil
}

// finderOf is the provider's way of finding what was being created, or nil.
func finderOf(provider plugin.Provider, goal *pkgresource.State) func(context.Context, ...resource.ID) (resource.ID, bool, error) {
	switch finder := provider.(type) {
	case InputFinder:
		return func(ctx context.Context, known ...resource.ID) (resource.ID, bool, error) {
			return finder.FindByInputs(ctx, goal.URN, goal.Inputs, known...)
		}
	case Finder:
		return func(ctx context.Context, known ...resource.ID) (resource.ID, bool, error) {
			return finder.Find(ctx, goal.URN, known...)
		}
	default:
		return nil
	}
}

// insert puts a resource that was created into the snapshot: before the one that
// it replaces, if there is one, and so before everything that depends on it.
func (o *opened) insert(adopted *pkgresource.State) {
	resources := o.snapshot.Resources
	at := slices.IndexFunc(resources, func(r *pkgresource.State) bool { return r.URN == adopted.URN })
	if at < 0 {
		o.snapshot.Resources = append(resources, adopted)
		return
	}
	resources = slices.Insert(resources, at, adopted)
	o.snapshot.Resources = slices.DeleteFunc(resources, func(r *pkgresource.State) bool {
		if r != adopted && r.URN == adopted.URN {
			r.Delete = true // it is still to be deleted, unless that was done before
			return r.PendingReplacement
		}
		return false
	})
}
