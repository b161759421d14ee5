package stack

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/pkg/airflow/pypi"
	"github.com/dorc-dev/dorc/pkg/config"
)

// resolved keeps whether the packages of environments go with their images, since a
// process asks once.
type resolved struct {
	mu    sync.Mutex
	found map[string]error
}

// CheckPackages looks whether the PyPI packages of an environment's Cloud Composer go
// with those of its image, before anything is changed: Google finds out after most of
// an hour. The error is a problem.List of those that do not. When it cannot be found
// out, for example without a network, that is the warning; no error then. Both
// targets look.
func (p *Project) CheckPackages(ctx context.Context, env string) (warning *Finding, err error) {
	u, err := p.Universal()
	if err != nil {
		return nil, nil // told when the stack is read
	}
	e, err := p.Environment(env)
	if err != nil {
		return nil, nil // likewise
	}
	g, err := u.GoogleIn(*e)
	if err != nil || g == nil || g.Composer == nil || len(g.Composer.PyPIPackages) == 0 {
		return nil, nil
	}
	p.resolved.mu.Lock()
	defer p.resolved.mu.Unlock()
	found, known := p.resolved.found[env]
	if !known {
		found = pypi.Check(ctx, pypi.Options{Image: g.Composer.Image, Packages: g.Composer.PyPIPackages, Resource: packagesKey, Cache: p.Settings.CacheDir})
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if p.resolved.found == nil {
			p.resolved.found = map[string]error{}
		}
		p.resolved.found[env] = found
	}
	var unchecked *pypi.Unchecked
	switch {
	case found == nil:
		return nil, nil
	case errors.As(found, &unchecked):
		u := unchecked.Problem
		return &Finding{Check: "packages of " + env, Level: FindingWarning, Summary: u.Summary, Detail: u.Detail, Hint: u.Hint}, nil
	}
	path := p.infraConfigPath(env)
	list := inFile(p.Settings.Relative(path), found)
	for i := range list {
		steps := []string{"gcp", "composer", "pypi_packages"}
		name := strings.TrimPrefix(list[i].Resource, packagesKey+".")
		if _, given := g.Composer.PyPIPackages[name]; given {
			steps = append(steps, name)
		}
		list[i].Line, list[i].Column = config.Place(path, steps...)
	}
	return nil, list.Err()
}

// packagesKey is where a configuration has the packages.
const packagesKey = "gcp.composer.pypi_packages"
