package stack

import (
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/local/aws"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// Cloud opens the local cloud.
func (p *Project) Cloud() (*cloud.Store, error) { return cloud.Open(p.Settings.LocalDir) }

// providers are those of the target: the local cloud's in this process, or the
// official plugins.
func (p *Project) providers() (engine.Providers, error) {
	if p.Settings.Target == settings.TargetLocal {
		return p.localProviders()
	}
	if err := p.setEndpoint(); err != nil {
		return engine.Providers{}, err
	}
	return engine.Providers{
		InProcess: map[string]func() (plugin.Provider, error){
			"dorc": func() (plugin.Provider, error) {
				return p.ImageProvider()
			},
		},
		Installed: true,
		Unused:    p.unusedPlugins(),
		Wrap:      guarded,
	}, nil
}

// unusedPlugins are those of the clouds on which the project has nothing. While
// its configuration cannot be read, nothing is left out.
func (p *Project) unusedPlugins() (unused []string) {
	u, err := p.Universal()
	if err != nil {
		return nil
	}
	if u.NoAWS {
		unused = append(unused, "aws")
	}
	if u.GCP == nil {
		unused = append(unused, "gcp")
	}
	return unused
}

func (p *Project) localProviders() (engine.Providers, error) {
	store, err := p.Cloud()
	if err != nil {
		return engine.Providers{}, err
	}
	return engine.Providers{InProcess: map[string]func() (plugin.Provider, error){
		"aws": func() (plugin.Provider, error) {
			return aws.NewProvider(store, aws.Options{Account: p.Settings.AWSAccount, Region: p.Region()}), nil
		},
		"dorc": func() (plugin.Provider, error) {
			return p.ImageProvider()
		},
	}}, nil
}

// repositoryExists says whether an image repository was made in the local cloud.
func repositoryExists(store *cloud.Store) func(string) (bool, error) {
	return func(name string) (bool, error) { return store.Has("aws:ecr/repository:Repository", name) }
}
