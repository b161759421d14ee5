package stack

import (
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/image/registry"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// images are the tools by which a project's images are made and stored. One set
// serves all stacks, so that nothing is fetched, built or sent twice.
type images struct {
	// maker makes images as the target wants them; complete makes them with their
	// base on any target.
	maker, complete *image.Maker
	// airflow makes those of the local target's Airflow.
	airflow  *image.AirflowBuilder
	bases    *base.Finder
	registry *registry.Client
	reporter *reporter
}

func (p *Project) openImages() (*images, error) {
	if p.Settings.Target == settings.TargetCloud {
		if err := p.setEndpoint(); err != nil {
			return nil, err
		}
	}
	lock, err := base.ReadLock(p.Settings.ConfigRepoPath)
	if err != nil {
		return nil, err
	}
	cache := p.Settings.CacheDir
	i := &images{reporter: &reporter{}}
	i.registry = registry.New(registry.Options{
		Endpoint: p.Settings.AWSEndpointURL,
		Cache:    filepath.Join(cache, "bases"),
		Progress: i.reporter.event,
	})
	i.bases = &base.Finder{Registry: namedBases{i.registry, p.baseFile}, Lock: lock}
	contents := &base.Reader{Finder: i.bases, Cache: filepath.Join(cache, "contents")}
	layers := &layer.Cache{Dir: filepath.Join(cache, "layers")}
	installer := &python.Installer{Cache: cache, Known: &python.Known{}}
	install := image.Packages(installer)
	i.airflow = &image.AirflowBuilder{Layers: layers, Install: image.AirflowPackages(installer), Bases: i.bases}
	dockerfile := image.NewDockerfile(p.Settings.ContainerEngine, p.Settings.BuildNetwork, filepath.Join(cache, "layers"))
	i.complete = &image.Maker{Bases: i.bases, Contents: contents, Builders: map[source.Builder]image.Builder{
		source.Standard: image.NewStandard(layers, install, i.bases, contents), source.Docker: dockerfile,
	}}
	i.maker = i.complete
	if p.Settings.Target == settings.TargetLocal {
		i.maker = &image.Maker{Bases: i.bases, Contents: contents, Thin: true, Builders: map[source.Builder]image.Builder{
			source.Standard: image.NewStandard(layers, install, nil, nil), source.Docker: dockerfile,
		}}
	}
	return i, nil
}

// ImageProvider returns the provider of dorc:image:Image for one operation: it
// builds and pushes images as the target wants them.
func (p *Project) ImageProvider() (image.Provider, error) {
	i, err := p.images()
	if err != nil {
		return nil, err
	}
	pusher, err := p.pusher(i)
	if err != nil {
		return nil, err
	}
	provider := image.NewProvider(image.Options{
		RepoRoot: p.Settings.ConfigRepoPath, Repo: p.Repo, Pusher: pusher, Maker: i.maker,
	})
	i.reporter.add(provider.Pushing)
	return provider, nil
}

// pusher puts images into the target's registry.
func (p *Project) pusher(i *images) (image.Pusher, error) {
	if p.Settings.Target != settings.TargetLocal {
		return i.registry, nil
	}
	store, err := p.Cloud()
	if err != nil {
		return nil, err
	}
	return image.NewLocalPusher(store.Layout(), repositoryExists(store)), nil
}
