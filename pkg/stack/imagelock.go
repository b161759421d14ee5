package stack

import (
	"context"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// LockedBase is a base image in the lock file.
type LockedBase struct {
	// Reference is as the Dockerfile or the configuration has it.
	Reference string `json:"reference"`
	// Digest is what it is locked to; Was is what it was locked to before, or "".
	Digest string `json:"digest"`
	Was    string `json:"was,omitempty"`
}

// LockBases writes the digests that the base images have today into the config
// repo's lock file: the base of functions, the launcher and SDK images of Dataflow
// pipelines, and the base of dbt projects where there are any. One that is locked stays so, unless upgrade asks for today's.
func (p *Project) LockBases(ctx context.Context, upgrade bool) ([]LockedBase, error) {
	u, err := p.Universal()
	if err != nil {
		return nil, err
	}
	root := p.Settings.ConfigRepoPath
	references, err := lockable(root, *u)
	if err != nil {
		return nil, err
	}
	ofDbt, err := p.dbtBases()
	if err != nil {
		return nil, err
	}
	references = append(references, ofDbt...)
	if len(references) == 0 {
		return nil, problem.Problem{
			Resource: "image_builder docker",
			Summary:  "only the standard image builder has a lock file",
			Hint:     "Write the digest into the Dockerfile: FROM <image>@sha256:….",
		}
	}
	lock, err := base.ReadLock(root)
	if err != nil {
		return nil, err
	}
	tools, err := p.images()
	if err != nil {
		return nil, err
	}
	var all []LockedBase
	digests := map[string]string{}
	for _, reference := range references {
		locked := LockedBase{Reference: reference, Was: lock.Digest(reference)}
		if locked.Digest = locked.Was; locked.Digest == "" || upgrade {
			if locked.Digest, err = tools.bases.Registry.Resolve(ctx, reference); err != nil {
				return nil, err
			}
		}
		all, digests[reference] = append(all, locked), locked.Digest
	}
	return all, base.WriteLock(root, digests)
}

// lockable are the base images that the standard builder builds on.
func lockable(root string, u config.Universal) (references []string, err error) {
	if !u.NoAWS {
		s, err := source.SettingsOf(root, u)
		if err != nil {
			return nil, err
		}
		if s.Base != "" {
			references = append(references, s.Base)
		}
	}
	if u.GCP == nil {
		return references, nil
	}
	beam, err := source.BeamOf(u)
	if err != nil {
		return nil, err
	}
	s, err := beam.Settings(source.KindFlexTemplate)
	return append(references, s.Base, s.SDK), err
}

// dbtBases are the base images of dbt projects.
func (p *Project) dbtBases() (references []string, err error) {
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	sources, err := p.dbtSources(repo, "")
	if len(sources) > 0 {
		references = []string{sources[0].Settings.Base}
	}
	return references, err
}
