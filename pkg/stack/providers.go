package stack

import (
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/local/aws"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/gcp"
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
				return p.dorcProvider()
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
		"gcp": func() (plugin.Provider, error) { return gcp.NewProvider(store, p.googleOptions()) },
		"dorc": func() (plugin.Provider, error) {
			return p.dorcProvider()
		},
	}}, nil
}

// googleOptions are the project and region of the configuration, for resources that
// name none, and the accounts that are managed elsewhere.
func (p *Project) googleOptions() gcp.Options {
	opts := gcp.Options{External: p.externalAccount()}
	if u, err := p.Universal(); err == nil && u.GCP != nil {
		opts.Project, opts.Region = u.GCP.ProjectID, u.GCP.Region
	}
	return opts
}

// externalAccount reports whether an environment says that someone else manages an
// account. An environment that cannot be read has none: it is refused before.
func (p *Project) externalAccount() func(email string) bool {
	external := sync.OnceValue(func() map[string]bool {
		found := map[string]bool{}
		for _, env := range p.Environments() {
			e, err := p.Environment(env)
			if err != nil || e.GCP == nil {
				continue
			}
			accounts := []config.ServiceAccount{e.GCP.DataflowWorker, e.GCP.Workflows, e.GCP.Scheduler}
			if c := e.GCP.Composer; c != nil {
				accounts = append(accounts, c.ServiceAccount, c.Dbt)
			}
			for _, a := range accounts {
				if a.External {
					found[a.Email] = true
				}
			}
		}
		return found
	})
	return func(email string) bool { return external()[email] }
}

// repositoryExists says whether an image repository was made in the local cloud: by
// its name on AWS, by project, repository and image on Google Cloud.
func repositoryExists(store *cloud.Store) func(string) (bool, error) {
	return func(name string) (bool, error) {
		found, err := store.Has("aws:ecr/repository:Repository", name)
		parts := strings.Split(name, "/")
		if err != nil || found || len(parts) < 3 {
			return found, err
		}
		ids, err := store.IDs("gcp:artifactregistry/repository:Repository", "projects/"+parts[0]+"/locations/")
		return slices.ContainsFunc(ids, func(id string) bool { return strings.HasSuffix(id, "/repositories/"+parts[1]) }), err
	}
}
