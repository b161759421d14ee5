package artifact

import (
	"context"
	"fmt"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	deployment "github.com/dorc-dev/dorc/pkg/artifact/resource"
)

// ProviderOptions say how the provider compiles, and where it puts what it compiled.
// Everything is required.
type ProviderOptions struct {
	// Compile compiles a pipeline as an environment wants it. Without images, those of
	// dbt are left open.
	Compile func(ctx context.Context, environment, pipeline, line string, dbtImages map[string]string) (*content.Content, error)
	// Bucket opens a bucket by its name.
	Bucket func(ctx context.Context, name string) (bucket.Bucket, error)
	// Source says where the config repo comes from.
	Source func(ctx context.Context) (Source, error)
	// Ready says why an environment cannot take DAGs of a line now: its Composer is being
	// updated, or has another Airflow.
	Ready func(ctx context.Context, environment, line string) error
	// HasImage says whether there is an image of a digest in a repository.
	HasImage func(ctx context.Context, repository, digest string) (bool, error)
	// By is who applies, Compiler the version of dorc.
	By, Compiler string
}

// applyWait is how long a pipeline's deployment waits for others: an apply of an
// environment deploys several to one prefix.
const applyWait = 10 * time.Minute

// provider deploys pipelines. The engine calls it from several goroutines.
type provider struct {
	plugin.UnimplementedProvider
	options ProviderOptions
	say     func(resource.URN, string)
}

// NewProvider returns the provider of dorc:artifact:Deployment.
func NewProvider(o ProviderOptions) plugin.Provider {
	return &provider{options: o, say: func(resource.URN, string) {}}
}

// version is of the resource's inputs and outputs, not of dorc.
var version = semver.Version{Major: 1}

// SetSay tells the provider who hears what is being done for a resource.
func (p *provider) SetSay(say func(resource.URN, string)) { p.say = say }

func (p *provider) Handshake(context.Context, plugin.ProviderHandshakeRequest) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{}, nil
}

func (p *provider) Pkg() tokens.Package { return "dorc" }

func (p *provider) Close() error { return nil }

func (p *provider) SignalCancellation(context.Context) error { return nil }

func (p *provider) GetSchema(context.Context, plugin.GetSchemaRequest) (plugin.GetSchemaResponse, error) {
	return plugin.GetSchemaResponse{Schema: []byte(`{"name":"dorc","version":"` + version.String() + `"}`)}, nil
}

func (p *provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	return plugin.PluginInfo{Version: &version}, nil
}

func (p *provider) CheckConfig(_ context.Context, r plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: r.News}, nil
}

func (p *provider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffResult{Changes: plugin.DiffNone}, nil
}

func (p *provider) Configure(context.Context, plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	return plugin.ConfigureResponse{}, nil
}

// mine refuses types that the provider does not have.
func mine(t tokens.Type) error {
	if t != deployment.Type {
		return fmt.Errorf("the provider has the resource type %s only, not %s", deployment.Type, t)
	}
	return nil
}
