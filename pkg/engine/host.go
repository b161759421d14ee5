package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/backend/diy/unauthenticatedregistry"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	pulumihost "github.com/pulumi/pulumi/pkg/v3/host"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/env"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// Providers says which providers an operation may use.
type Providers struct {
	// InProcess makes the providers that run in this process, by package name.
	InProcess map[string]func() (plugin.Provider, error)
	// Installed also allows the official plugins, found or installed as the
	// Pulumi CLI does. Without it, a package that is not in InProcess is refused.
	Installed bool
	// Unused are the packages whose plugins are not made ready before an operation,
	// although an SDK of theirs is linked: the programs use none of their resources.
	// One that is asked for nevertheless is installed then, without a display.
	// Default: none.
	Unused []string
	// Wrap decorates every provider, for example with checks. Default: none.
	Wrap func(pkg string, p plugin.Provider) plugin.Provider
}

// Talker is a provider of this process that tells what it is doing while it
// does it. The display shows the last line beside the resource.
type Talker interface {
	SetSay(say func(urn resource.URN, line string))
}

// hostFactory builds the plugin host of one operation.
func (p Providers) hostFactory(program Program) pulumiengine.HostFactory {
	return func(ctx context.Context, d, statusD diag.Sink, debug plugin.DebugContext) (plugin.Host, error) {
		var base plugin.Host
		var err error
		if p.Installed {
			base, err = backend.DefaultHostFactory(unauthenticatedregistry.New(d, env.Global()))(ctx, d, statusD, debug)
		} else {
			base, err = pulumihost.New(ctx, d, statusD, debug, nil, nil, nil, nil)
		}
		if err != nil {
			return nil, fmt.Errorf("starting the plugin host: %w", err)
		}
		h := &host{Host: base, providers: p}
		h.language = &language{
			program:    program,
			engineAddr: base.ServerAddr(),
			log:        func(line string) { base.Log(diag.Info, "", line, 0) },
			fail:       func(message string) { base.Log(diag.Error, "", message, 0) },
		}
		return h, nil
	}
}

// host serves this process's providers and program before it asks Pulumi's own host.
type host struct {
	plugin.Host
	providers Providers
	language  *language
}

func (h *host) LanguageRuntime(*plugin.Context, string) (plugin.LanguageRuntime, error) {
	return h.language, nil
}

func (h *host) Provider(
	ctx *plugin.Context, descriptor workspace.PluginDescriptor, e env.Env,
) (plugin.Provider, error) {
	provider, err := h.load(ctx, descriptor, e)
	if err != nil || h.providers.Wrap == nil {
		return provider, err
	}
	return h.providers.Wrap(descriptor.Name, provider), nil
}

func (h *host) load(
	ctx *plugin.Context, descriptor workspace.PluginDescriptor, e env.Env,
) (plugin.Provider, error) {
	if newProvider, ok := h.providers.InProcess[descriptor.Name]; ok {
		provider, err := newProvider()
		if err != nil {
			return nil, err
		}
		if talker, ok := provider.(Talker); ok {
			talker.SetSay(func(urn resource.URN, line string) { h.LogStatus(diag.Info, urn, line, 0) })
		}
		return inProcess{provider}, nil
	}
	if h.providers.Installed {
		return h.Host.Provider(ctx, descriptor, e)
	}
	return nil, fmt.Errorf("package %q is not part of the local cloud, which has: %s; "+
		"set DORC_TARGET=cloud to use the official plugin",
		descriptor.Name, strings.Join(slices.Sorted(maps.Keys(h.providers.InProcess)), ", "))
}

// ResolvePlugin answers for providers of this process, so that nothing looks
// for them on disk or downloads them.
func (h *host) ResolvePlugin(
	ctx *plugin.Context, descriptor workspace.PluginDescriptor,
) (*workspace.PluginInfo, error) {
	if _, ok := h.providers.InProcess[descriptor.Name]; ok || !h.providers.Installed {
		return &workspace.PluginInfo{Name: descriptor.Name, Kind: descriptor.Kind, Version: descriptor.Version}, nil
	}
	return h.Host.ResolvePlugin(ctx, descriptor)
}
