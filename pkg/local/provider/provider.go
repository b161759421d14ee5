package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blang/semver"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Provider is one cloud over a store. One is made per provider resource of a program.
type Provider struct {
	plugin.UnimplementedProvider
	// Scope is where resources are made. Configure changes it.
	Scope
	// Cloud describes the cloud.
	Cloud *Cloud
	// Store keeps the resources.
	Store *cloud.Store
	// Attached is what a cloud keeps with its provider beside the store, or nil.
	Attached any

	now func() time.Time
}

var _ plugin.Provider = (*Provider)(nil)

// New makes a provider. now gives the time of creation dates; nil is time.Now.
func New(c *Cloud, store *cloud.Store, scope Scope, now func() time.Time) *Provider {
	if now == nil {
		now = time.Now
	}
	return &Provider{Cloud: c, Store: store, Scope: scope, now: now}
}

// Now is the time, in UTC.
func (p *Provider) Now() time.Time { return p.now().UTC() }

// Handshake says what the provider can take.
func (p *Provider) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, SupportsAutonamingConfiguration: true}, nil
}

// GetPluginInfo names the version of the SDK that the provider stands for.
func (p *Provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	v, err := semver.Parse(p.Cloud.Version)
	return plugin.PluginInfo{Version: &v}, err
}

// GetMapping has no mappings: they serve converters of other languages.
func (p *Provider) GetMapping(context.Context, plugin.GetMappingRequest) (plugin.GetMappingResponse, error) {
	return plugin.GetMappingResponse{}, nil
}

// GetMappings has none; see GetMapping.
func (p *Provider) GetMappings(context.Context, plugin.GetMappingsRequest) (plugin.GetMappingsResponse, error) {
	return plugin.GetMappingsResponse{}, nil
}

// SignalCancellation has nothing to cancel: every call is short.
func (p *Provider) SignalCancellation(context.Context) error { return nil }

// Close has nothing to release.
func (p *Provider) Close() error { return nil }

// kind finds the description of a type.
func (p *Provider) kind(t tokens.Type) (*Kind, error) {
	if k := p.Cloud.Kind(t); k != nil {
		return k, nil
	}
	var names []string
	for _, t := range p.Cloud.Types() {
		names = append(names, string(t))
	}
	msg := fmt.Sprintf("the local cloud does not have the type %s", t)
	if near := problem.Nearest(string(t), names); near != "" {
		msg += fmt.Sprintf("; did you mean %s?", near)
	}
	return nil, fmt.Errorf("%s It has: %s. Set DORC_TARGET=cloud to use %s", msg, strings.Join(names, ", "), p.Cloud.Real)
}

// Get returns a document, or nil when there is none.
func (p *Provider) Get(typ tokens.Type, id string) (*cloud.Document, error) {
	if id == "" {
		return nil, nil
	}
	doc, err := p.Store.Get(string(typ), id)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, nil
	}
	return doc, err
}

// Begin prepares an operation; inputs may have marks of secrets.
func (p *Provider) Begin(k *Kind, urn resource.URN, inputs resource.PropertyMap, preview bool) *Call {
	return &Call{P: p, Kind: k, URN: urn, In: OpenMap(inputs), Preview: preview}
}

// Identify gives the ID that the inputs make, or "" when it is not known yet.
func (c *Call) Identify() string {
	c.guessed = false
	id := c.Kind.ID(c)
	if c.guessed {
		return ""
	}
	return id
}

// Find returns the resource that a URN made, for a run that was interrupted
// between a creation and its record. known are IDs that the state has for the
// URN; of several others, as after a replacement, it is the newest.
func (p *Provider) Find(_ context.Context, urn resource.URN, known ...resource.ID) (resource.ID, bool, error) {
	if p.Cloud.Kind(urn.Type()) == nil {
		return "", false, nil
	}
	docs, err := p.Store.List(string(urn.Type()))
	if err != nil {
		return "", false, err
	}
	var found *cloud.Document
	for _, d := range docs {
		if d.URN == string(urn) && !slices.Contains(known, resource.ID(d.ID)) &&
			(found == nil || d.Created.After(found.Created)) {
			found = d
		}
	}
	if found == nil {
		return "", false, nil
	}
	return resource.ID(found.ID), true, nil
}

// List returns the IDs of a type.
func (p *Provider) List(_ context.Context, req plugin.ListRequest) (*plugin.ListStream, error) {
	if _, err := p.kind(req.Token); err != nil {
		return nil, err
	}
	ids, err := p.Store.IDs(string(req.Token), "")
	if err != nil {
		return nil, err
	}
	if req.Limit > 0 && int64(len(ids)) > req.Limit {
		ids = ids[:req.Limit]
	}
	results := make([]plugin.ListResult, len(ids))
	for i, id := range ids {
		results[i] = plugin.ListResult{ID: resource.ID(id), Name: id}
	}
	return plugin.NewListStream(results, ""), nil
}
