package aws

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

// Version is the version of pulumi-aws whose types the provider accepts.
const Version = "6.83.2"

// Options say which account the provider stands for.
type Options struct {
	// Account is the 12-digit account number. Default: 000000000000.
	Account string
	// Region is used where the provider's configuration has none. Default: eu-west-2.
	Region string
	// Now gives the time of creation dates. Default: time.Now.
	Now func() time.Time
}

// Provider is the local AWS. One is made per provider resource of a program.
type Provider struct {
	plugin.UnimplementedProvider

	store       *cloud.Store
	account     string
	region      string
	now         func() time.Time
	defaultTags map[string]string
}

var _ plugin.Provider = (*Provider)(nil)

// NewProvider makes the package "aws" over a store.
func NewProvider(store *cloud.Store, opts Options) *Provider {
	p := &Provider{store: store, account: opts.Account, region: opts.Region, now: opts.Now}
	if p.account == "" {
		p.account = "000000000000"
	}
	if p.region == "" {
		p.region = "eu-west-2"
	}
	if p.now == nil {
		p.now = time.Now
	}
	return p
}

// Handshake says what the provider can take.
func (p *Provider) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, SupportsAutonamingConfiguration: true}, nil
}

// GetPluginInfo names the version of pulumi-aws that the provider stands for.
func (p *Provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	v, err := semver.Parse(Version)
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
func (p *Provider) kind(t tokens.Type) (*kind, error) {
	if k, ok := kinds[t]; ok {
		return k, nil
	}
	names := make([]string, 0, len(kinds))
	for t := range kinds {
		names = append(names, string(t))
	}
	slices.Sort(names)
	msg := fmt.Sprintf("the local cloud does not have the type %s", t)
	if near := problem.Nearest(string(t), names); near != "" {
		msg += fmt.Sprintf("; did you mean %s?", near)
	}
	return nil, fmt.Errorf("%s It has: %s. Set DORC_TARGET=cloud to use a real account", msg, strings.Join(names, ", "))
}

// get returns a document, or nil when there is none.
func (p *Provider) get(typ tokens.Type, id string) (*cloud.Document, error) {
	if id == "" {
		return nil, nil
	}
	doc, err := p.store.Get(string(typ), id)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, nil
	}
	return doc, err
}

// call prepares an operation; inputs may have marks of secrets.
func (p *Provider) call(k *kind, urn resource.URN, inputs resource.PropertyMap, preview bool) *call {
	return &call{p: p, kind: k, urn: urn, in: openMap(inputs), preview: preview}
}

// identify gives the ID that the inputs make, or "" when it is not known yet.
func (c *call) identify() string {
	c.guessed = false
	id := c.kind.id(c)
	if c.guessed {
		return ""
	}
	return id
}

// partition is the AWS partition of the region.
func (p *Provider) partition() string {
	switch {
	case strings.HasPrefix(p.region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(p.region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// domain is the DNS suffix of the partition.
func (p *Provider) domain() string {
	if p.partition() == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// Find returns the resource that a URN made, for a run that was interrupted
// between a creation and its record. known are IDs that the state has for the
// URN; of several others, as after a replacement, it is the newest.
func (p *Provider) Find(_ context.Context, urn resource.URN, known ...resource.ID) (resource.ID, bool, error) {
	if _, ok := kinds[urn.Type()]; !ok {
		return "", false, nil
	}
	docs, err := p.store.List(string(urn.Type()))
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
	ids, err := p.store.IDs(string(req.Token), "")
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
