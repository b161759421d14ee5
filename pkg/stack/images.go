package stack

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// imageProvider builds and pushes images as the target wants them.
func (p *Project) imageProvider(pusher image.Pusher) (image.Provider, error) {
	local := p.Settings.Target == settings.TargetLocal
	lock, err := base.ReadLock(p.Settings.ConfigRepoPath)
	if err != nil {
		return nil, err
	}
	bases := &base.Finder{Lock: lock}
	layers := &layer.Cache{Dir: filepath.Join(p.Settings.LocalDir, "cache", "layers")}
	install := func(context.Context, image.Request) ([]layer.Entry, error) { return nil, errors.New("not wired yet") }
	standard := image.NewStandard(layers, install, nil)
	if !local {
		standard = image.NewStandard(layers, install, bases)
	}
	return image.NewProvider(image.Options{
		RepoRoot: p.Settings.ConfigRepoPath, Repo: p.Repo, Pusher: pusher,
		Maker: &image.Maker{Bases: bases, Thin: local, Builders: map[source.Builder]image.Builder{source.Standard: standard}},
	}), nil
}
