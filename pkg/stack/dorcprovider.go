package stack

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/artifact"
	deployment "github.com/dorc-dev/dorc/pkg/artifact/resource"
	"github.com/dorc-dev/dorc/pkg/engine"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/state"
)

// dorcProvider is the provider of the package dorc for one operation.
func (p *Project) dorcProvider() (plugin.Provider, error) {
	images, err := p.ImageProvider()
	if err != nil {
		return nil, err
	}
	deployments := artifact.NewProvider(artifact.ProviderOptions{
		Compile: p.compilePipeline, Bucket: p.bucket, Source: p.artifactSource, Ready: p.ready, HasImage: p.hasImage,
		By: owner(), Compiler: state.Version,
	})
	return &byType{Provider: images, of: map[tokens.Type]plugin.Provider{
		imageresource.Type: images, deployment.Type: deployments,
	}}, nil
}

// byType is a provider of several resource types, each with a provider of its own.
// What concerns no resource the first one answers. Errors of Google Cloud are worded.
type byType struct {
	plugin.Provider
	of map[tokens.Type]plugin.Provider
}

func (p *byType) find(t tokens.Type) (plugin.Provider, error) {
	if found, ok := p.of[t]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("package dorc has no resource type %s", t)
}

// SetSay tells every provider who hears what is being done for a resource.
func (p *byType) SetSay(say func(urn resource.URN, line string)) {
	for _, provider := range p.of {
		if talker, ok := provider.(engine.Talker); ok {
			talker.SetSay(say)
		}
	}
}

// Check implements plugin.Provider.
func (p *byType) Check(ctx context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	found, err := p.find(r.Type)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	return found.Check(ctx, r)
}

// Diff implements plugin.Provider.
func (p *byType) Diff(ctx context.Context, r plugin.DiffRequest) (plugin.DiffResponse, error) {
	found, err := p.find(r.Type)
	if err != nil {
		return plugin.DiffResponse{}, err
	}
	return found.Diff(ctx, r)
}

// Create implements plugin.Provider.
func (p *byType) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	found, err := p.find(r.Type)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	done, err := found.Create(ctx, r)
	return done, explain(err)
}

// Update implements plugin.Provider.
func (p *byType) Update(ctx context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	found, err := p.find(r.Type)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	done, err := found.Update(ctx, r)
	return done, explain(err)
}

// Delete implements plugin.Provider.
func (p *byType) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	found, err := p.find(r.Type)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	done, err := found.Delete(ctx, r)
	return done, explain(err)
}

// Read implements plugin.Provider.
func (p *byType) Read(ctx context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	found, err := p.find(r.Type)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	done, err := found.Read(ctx, r)
	return done, explain(err)
}

// FindByInputs implements engine.InputFinder.
func (p *byType) FindByInputs(
	ctx context.Context, urn resource.URN, inputs resource.PropertyMap, known ...resource.ID,
) (resource.ID, bool, error) {
	found, err := p.find(urn.Type())
	if err != nil {
		return "", false, err
	}
	finder, ok := found.(engine.InputFinder)
	if !ok {
		return "", false, nil
	}
	return finder.FindByInputs(ctx, urn, inputs, known...)
}
