package engine

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
)

// inProcess gives a provider of this process what Pulumi's gRPC client would
// add on the way to a plugin: the engine names a resource by its URN alone.
type inProcess struct{ plugin.Provider }

func (p inProcess) Check(ctx context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	r.Name, r.Type = r.URN.Name(), r.URN.Type()
	return p.Provider.Check(ctx, r)
}

func (p inProcess) Diff(ctx context.Context, r plugin.DiffRequest) (plugin.DiffResponse, error) {
	r.Name, r.Type = r.URN.Name(), r.URN.Type()
	return p.Provider.Diff(ctx, r)
}
