package image

import (
	"context"
	"fmt"
	"sync"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
)

// Package is the name of the Pulumi package that the provider serves.
const Package tokens.Package = "dorc"

// Options say where a provider finds sources, how it builds and where it puts images.
type Options struct {
	// RepoRoot is the config repo's folder.
	RepoRoot string
	// Repo finds the config repo; it is called when the first image is built.
	// Default: configrepo.Load of RepoRoot with the source folder "src".
	Repo func() (*configrepo.Repo, error)
	// Maker makes images. Required.
	Maker *Maker
	// Pusher puts images into repositories. Required.
	Pusher Pusher
}

// provider builds and pushes images. The engine calls it from several goroutines.
type provider struct {
	plugin.UnimplementedProvider
	repo   func() (*configrepo.Repo, error)
	maker  *Maker
	pusher Pusher

	mutex sync.Mutex
	// kept are the ids of images that this operation has found in use.
	kept map[resource.ID]bool
	// urns are the images that are being pushed, by repository.
	urns map[string]resource.URN
	say  func(resource.URN, string)
}

// Provider is the provider of dorc:image:Image.
type Provider interface {
	plugin.Provider
	// SetSay tells the provider who hears what is being done for a resource.
	SetSay(func(urn resource.URN, line string))
	// Pushing reports a line about the image that is being pushed to a repository.
	Pushing(repositoryURL, line string)
}

// NewProvider returns the provider of dorc:image:Image for one operation.
func NewProvider(o Options) Provider {
	load := o.Repo
	if load == nil {
		load = func() (*configrepo.Repo, error) {
			repo, problems := configrepo.Load(o.RepoRoot, "")
			return repo, problems.Err()
		}
	}
	return &provider{
		repo: sync.OnceValues(load), maker: o.Maker, pusher: o.Pusher,
		kept: map[resource.ID]bool{}, urns: map[string]resource.URN{}, say: func(resource.URN, string) {},
	}
}

func (p *provider) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: false, AcceptResources: false, AcceptOutputs: false}, nil
}

func (p *provider) Pkg() tokens.Package { return Package }

func (p *provider) Close() error { return nil }

func (p *provider) SignalCancellation(context.Context) error { return nil }

func (p *provider) GetSchema(context.Context, plugin.GetSchemaRequest) (plugin.GetSchemaResponse, error) {
	return plugin.GetSchemaResponse{Schema: []byte(`{"name":"dorc","version":"` + version.String() + `"}`)}, nil
}

func (p *provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	return plugin.PluginInfo{Version: &version}, nil
}

// version is of the resource's inputs and outputs, not of dorc.
var version = semver.Version{Major: 1}

func (p *provider) CheckConfig(_ context.Context, r plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: r.News}, nil
}

func (p *provider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffResult{Changes: plugin.DiffNone}, nil
}

func (p *provider) Configure(context.Context, plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	return plugin.ConfigureResponse{}, nil
}

// keep remembers that the image is in use. An interrupted operation can leave an
// old image in the state that a later one wants again: then the old entry must
// go, and the image must stay.
func (p *provider) keep(id resource.ID) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.kept[id] = true
}

func (p *provider) isKept(id resource.ID) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.kept[id]
}

// mine refuses types that the package does not have.
func mine(t tokens.Type) error {
	if t != imageresource.Type {
		return fmt.Errorf("package %s has the resource type %s only, not %s", Package, imageresource.Type, t)
	}
	return nil
}
