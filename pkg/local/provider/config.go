package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Scope is where a provider makes resources.
type Scope struct {
	// Account is AWS's account number or Google's project ID.
	Account string
	// Region and Zone are those of resources that do not name theirs. AWS has no Zone.
	Region, Zone string
	// Labels are the default labels or tags.
	Labels map[string]string
}

// Config describes the configuration of a cloud's provider.
type Config struct {
	// Honoured are the keys that mean something here, Ignored those about
	// credentials and transport, of which there are none.
	Honoured, Ignored []string
	// IgnoredSuffix ends more of the ignored keys. Default: there are none.
	IgnoredSuffix string
	// Refused are keys that cannot be honoured, with the reason.
	Refused map[string]string
	// Read takes the honoured keys over the scope that the provider has.
	Read func(in resource.PropertyMap, was Scope) (Scope, error)
	// Check reports values that are wrong. own is the scope that the provider was made with.
	Check func(in resource.PropertyMap, own Scope, fail func(key, format string, args ...any))
	// Replaces are keys of which a change replaces the provider, and what it made,
	// with the part of the scope that they set.
	Replaces map[string]func(Scope) string
}

// CheckConfig refuses unknown keys and wrong values.
func (p *Provider) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	c := p.Cloud.Config
	in := NormalMap(req.News)
	var failures []plugin.CheckFailure
	fail := func(key, format string, args ...any) {
		failures = append(failures, plugin.CheckFailure{Property: resource.PropertyKey(key), Reason: fmt.Sprintf(format, args...)})
	}
	known := slices.Concat(c.Honoured, c.Ignored)
	for _, key := range in.StableKeys() {
		name := string(key)
		if resource.IsInternalPropertyKey(key) || slices.Contains(known, name) ||
			(c.IgnoredSuffix != "" && strings.HasSuffix(name, c.IgnoredSuffix)) {
			continue
		}
		if why, refused := c.Refused[name]; refused {
			fail(name, "%s", why)
			continue
		}
		hint := ""
		if near := problem.Nearest(name, known); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		fail(name, "the provider %s has no configuration key %q%s", p.Cloud.Name, name, hint)
	}
	c.Check(in, p.Scope, fail)
	return plugin.CheckConfigResponse{Properties: in, Failures: failures}, nil
}

// DiffConfig says whether a change of the configuration replaces the provider.
func (p *Provider) DiffConfig(_ context.Context, req plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	olds, news := OpenMap(NormalMap(req.OldInputs)), OpenMap(NormalMap(req.NewInputs))
	diff := olds.Diff(news, resource.IsInternalPropertyKey)
	if diff == nil || !diff.AnyChanges() {
		return plugin.DiffConfigResponse{Changes: plugin.DiffNone}, nil
	}
	d := plugin.DiffConfigResponse{Changes: plugin.DiffSome, DetailedDiff: plugin.NewDetailedDiffFromObjectDiff(diff, true)}
	was, err := p.Cloud.Config.Read(olds, p.Scope)
	if err != nil {
		return plugin.DiffConfigResponse{}, err
	}
	is, err := p.Cloud.Config.Read(news, p.Scope)
	if err != nil {
		return plugin.DiffConfigResponse{}, err
	}
	for key, part := range p.Cloud.Config.Replaces {
		if part(was) == part(is) {
			continue
		}
		d.ReplaceKeys = append(d.ReplaceKeys, resource.PropertyKey(key))
		if change, ok := d.DetailedDiff[key]; ok {
			d.DetailedDiff[key] = change.ToReplace()
		}
	}
	slices.Sort(d.ReplaceKeys)
	return d, nil
}

// Configure takes the scope of the configuration.
func (p *Provider) Configure(_ context.Context, req plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	scope, err := p.Cloud.Config.Read(OpenMap(NormalMap(req.Inputs)), p.Scope)
	if err != nil {
		return plugin.ConfigureResponse{}, err
	}
	p.Scope = scope
	return plugin.ConfigureResponse{}, nil
}

// DecodeConfig reads a value of the configuration as Pulumi passes it: what is not
// a string is JSON in a string, unless the provider was called directly. An absent
// or unknown value leaves into as it is.
func DecodeConfig(v resource.PropertyValue, into any) error {
	v = Open(v)
	if v.IsNull() || v.ContainsUnknowns() {
		return nil
	}
	text := []byte(nil)
	if v.IsString() {
		text = []byte(v.StringValue())
	} else {
		var err error
		if text, err = json.Marshal(Plain(v)); err != nil {
			return err
		}
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	return nil
}
