package engine

import (
	"context"
	"slices"

	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// look finds out whether a resource that was being changed or deleted is still
// there and as the snapshot has it, and corrects the snapshot.
func (o *opened) look(ctx context.Context, provider plugin.Provider, goal *pkgresource.State) error {
	i := slices.IndexFunc(o.snapshot.Resources, func(r *pkgresource.State) bool {
		// A change begins before Pulumi gives its goal an ID.
		return r.URN == goal.URN && (r.ID == goal.ID || goal.ID == "" && !r.Delete)
	})
	if i < 0 {
		return nil // recorded as gone already
	}
	recorded := o.snapshot.Resources[i]
	read, err := provider.Read(ctx, plugin.ReadRequest{
		URN: recorded.URN, Name: recorded.URN.Name(), Type: recorded.Type, ID: recorded.ID,
		Inputs: recorded.Inputs, State: recorded.Outputs,
	})
	switch {
	case err != nil:
		return err
	case read.Outputs == nil:
		o.gone(i)
	case !read.Outputs.DeepEquals(recorded.Outputs):
		recorded.Inputs, recorded.Outputs = goal.Inputs, read.Outputs
	}
	return nil
}

// gone takes a resource out of the snapshot. While others still depend on it, it
// stays as one that has been deleted and is to be made again: that is how Pulumi
// records a replacement that deletes first.
func (o *opened) gone(i int) {
	r := o.snapshot.Resources[i]
	if !r.Delete && o.needed(r.URN) {
		r.PendingReplacement = true
		return
	}
	o.snapshot.Resources = slices.Delete(o.snapshot.Resources, i, i+1)
}

// needed says whether another resource depends on the URN.
func (o *opened) needed(urn resource.URN) bool {
	return slices.ContainsFunc(o.snapshot.Resources, func(r *pkgresource.State) bool {
		_, dependencies := r.GetAllDependencies()
		return r.URN != urn && slices.ContainsFunc(dependencies, func(d pkgresource.StateDependency) bool {
			return d.URN == urn
		})
	})
}
