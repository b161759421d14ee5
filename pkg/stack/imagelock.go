package stack

import (
	"context"

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

// LockBases writes the digest that the base image has today into the config repo's
// lock file. One that is locked stays so, unless upgrade asks for today's.
func (p *Project) LockBases(ctx context.Context, upgrade bool) ([]LockedBase, error) {
	u, err := p.Universal()
	if err != nil {
		return nil, err
	}
	root := p.Settings.ConfigRepoPath
	s, err := source.SettingsOf(root, *u)
	if err != nil {
		return nil, err
	}
	if s.Base == "" {
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
	locked := LockedBase{Reference: s.Base, Was: lock.Digest(s.Base)}
	if locked.Digest = locked.Was; locked.Digest == "" || upgrade {
		if locked.Digest, err = tools.bases.Registry.Resolve(ctx, s.Base); err != nil {
			return nil, err
		}
	}
	return []LockedBase{locked}, base.WriteLock(root, map[string]string{s.Base: locked.Digest})
}
