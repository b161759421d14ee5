package recorded

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// provider answers for an official plugin. The engine calls it from several goroutines.
type provider struct {
	plugin.UnimplementedProvider
	recorder *Recorder
	region   string
}

func (p *provider) Handshake(context.Context, plugin.ProviderHandshakeRequest) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, AcceptOutputs: false, AcceptResources: true}, nil
}

func (p *provider) Pkg() tokens.Package { return tokens.Package(p.recorder.options.Package) }

func (p *provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	v, err := semver.Parse(p.recorder.pack.version)
	return plugin.PluginInfo{Version: &v}, err
}

func (p *provider) Close() error { return nil }

func (p *provider) SignalCancellation(context.Context) error { return nil }

// CheckConfig refuses keys that the SDK's provider does not have.
func (p *provider) CheckConfig(_ context.Context, r plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	p.recorder.record(Call{Method: "CheckConfig", Inputs: r.News})
	known := map[string]bool{"version": true}
	for f := range p.recorder.pack.config.Fields() {
		known[f.Tag.Get("pulumi")] = true
	}
	var c checker
	for _, key := range r.News.StableKeys() {
		if !resource.IsInternalPropertyKey(key) && !known[string(key)] {
			c.fail(string(key), "the provider %s has no configuration key %q", p.Pkg(), key)
		}
	}
	return plugin.CheckConfigResponse{Properties: r.News, Failures: c.failures}, nil
}

func (p *provider) DiffConfig(_ context.Context, r plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	d := r.OldInputs.Diff(r.NewInputs, resource.IsInternalPropertyKey)
	if d == nil || !d.AnyChanges() {
		return plugin.DiffConfigResponse{Changes: plugin.DiffNone}, nil
	}
	return plugin.DiffConfigResponse{Changes: plugin.DiffSome, DetailedDiff: plugin.NewDetailedDiffFromObjectDiff(d, true)}, nil
}

// Configure looks at the configuration as the real one does.
func (p *provider) Configure(_ context.Context, r plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	p.recorder.record(Call{Method: "Configure", Inputs: r.Inputs})
	return plugin.ConfigureResponse{}, p.recorder.pack.configure(p, r.Inputs)
}

// Invoke has no recordings: with an account and a region configured, dorc asks nothing.
func (p *provider) Invoke(_ context.Context, r plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	return plugin.InvokeResponse{}, fmt.Errorf("%s was not recorded", r.Tok)
}

func (p *provider) schema(t tokens.Type) (schema, error) {
	s, ok := p.recorder.schemas[t]
	if !ok {
		return s, fmt.Errorf("%s was not recorded", t)
	}
	return s, nil
}

// Check refuses unknown, missing and conflicting properties and wrong types.
func (p *provider) Check(_ context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	s, err := p.schema(r.URN.Type())
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	var c checker
	c.object(s.inputs, r.News, "")
	p.recorder.record(Call{Method: "Check", URN: r.URN, Inputs: r.News, Failures: c.failures})
	return plugin.CheckResponse{Properties: s.withDefaults(r.News), Failures: c.failures}, nil
}

// withDefaults sets the defaults of the facts, and says so as Pulumi's bridged
// providers do.
func (s schema) withDefaults(in resource.PropertyMap) resource.PropertyMap {
	out := in.Copy()
	names := []resource.PropertyValue{}
	for _, name := range s.inputs.names() {
		f := s.inputs[name]
		excluded := slices.ContainsFunc(f.excludes, func(n string) bool { return in.HasValue(resource.PropertyKey(n)) })
		if f.fact.Default == nil || excluded || in.HasValue(resource.PropertyKey(name)) {
			continue
		}
		out[resource.PropertyKey(name)] = resource.NewPropertyValue(f.fact.Default)
		names = append(names, resource.NewStringProperty(name))
	}
	out["__defaults"] = resource.NewArrayProperty(names)
	return out
}

// Diff compares with what was applied.
func (p *provider) Diff(_ context.Context, r plugin.DiffRequest) (plugin.DiffResponse, error) {
	s, err := p.schema(r.URN.Type())
	if err != nil {
		return plugin.DiffResponse{}, err
	}
	d := diff(s.inputs, r.OldInputs, r.NewInputs)
	p.recorder.record(Call{Method: "Diff", URN: r.URN, ID: r.ID, Inputs: r.NewInputs, Diff: d})
	return d, nil
}

// Create answers a preview with what is given and unknown computed properties,
// and otherwise with outputs in AWS's formats.
func (p *provider) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	s, err := p.schema(r.URN.Type())
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	if r.Preview {
		out := s.preview(r.Properties)
		p.recorder.record(Call{Method: "Create", Preview: true, URN: r.URN, Inputs: r.Properties, Outputs: out})
		return plugin.CreateResponse{Properties: out}, nil
	}
	id, out, err := p.answer(ctx, r.URN, r.Properties)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	if p.recorder.kept(r.URN.Type(), id) != nil {
		return plugin.CreateResponse{}, fmt.Errorf("%s %s exists already", r.URN.Type(), id)
	}
	p.recorder.keep(r.URN.Type(), id, out)
	p.recorder.record(Call{Method: "Create", URN: r.URN, ID: id, Inputs: r.Properties, Outputs: out})
	return plugin.CreateResponse{ID: id, Properties: out}, nil
}

// preview are the outputs of which a plan knows.
func (s schema) preview(in resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for key, v := range in {
		if !strings.HasPrefix(string(key), "__") {
			out[key] = v
		}
	}
	for name, computed := range s.computed {
		if key := resource.PropertyKey(name); computed && !in.HasValue(key) {
			out[key] = resource.MakeComputed(resource.NewStringProperty(""))
		}
	}
	return out
}

// Update keeps what only AWS gives.
func (p *provider) Update(ctx context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	out := r.OldOutputs.Copy()
	for key := range r.OldInputs {
		if !r.NewInputs.HasValue(key) {
			delete(out, key)
		}
	}
	for key, v := range r.NewInputs {
		if !strings.HasPrefix(string(key), "__") {
			out[key] = v
		}
	}
	if !r.Preview {
		p.recorder.keep(r.URN.Type(), r.ID, out)
	}
	p.recorder.record(Call{Method: "Update", Preview: r.Preview, URN: r.URN, ID: r.ID, Inputs: r.NewInputs, Outputs: out})
	return plugin.UpdateResponse{Properties: out}, nil
}

// Read answers with what was created here.
func (p *provider) Read(_ context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	out := p.recorder.kept(r.URN.Type(), r.ID)
	if out == nil {
		return plugin.ReadResponse{}, nil
	}
	return plugin.ReadResponse{ReadResult: plugin.ReadResult{ID: r.ID, Inputs: r.Inputs, Outputs: out}}, nil
}

// Delete forgets what was created here.
func (p *provider) Delete(_ context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	p.recorder.keep(r.URN.Type(), r.ID, nil)
	p.recorder.record(Call{Method: "Delete", URN: r.URN, ID: r.ID, Inputs: r.Inputs})
	return plugin.DeleteResponse{}, nil
}
