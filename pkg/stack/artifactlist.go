package stack

import (
	"context"
	"slices"

	"github.com/dorc-dev/dorc/pkg/artifact"
)

// ListedArtifact is an artifact, and where it is deployed.
type ListedArtifact struct {
	ID string `json:"id"`
	// Manifest is nil for an artifact whose manifest cannot be read; Unreadable says why.
	*artifact.Manifest
	Unreadable string `json:"unreadable,omitempty"`
	// Deployed are the environments that have pipelines of it, sorted; Pipelines is how
	// many each has.
	Deployed  []string       `json:"deployed"`
	Pipelines map[string]int `json:"pipelines"`
}

// ListArtifacts lists the artifacts, the newest first, and then those that cannot be
// read. unseen are environments of
// which nobody can tell what they have, with the reason.
func (p *Project) ListArtifacts(ctx context.Context) (all []*ListedArtifact, unseen map[string]error, err error) {
	store, err := p.artifactStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	manifests, unreadable, err := store.List(ctx)
	if err != nil {
		return nil, nil, explain(err)
	}
	byID := map[string]*ListedArtifact{}
	add := func(l *ListedArtifact) {
		l.Deployed, l.Pipelines = []string{}, map[string]int{}
		all, byID[l.ID] = append(all, l), l
	}
	for _, m := range manifests {
		add(&ListedArtifact{ID: m.ID, Manifest: m})
	}
	for _, u := range unreadable {
		add(&ListedArtifact{ID: u.ID, Unreadable: u.Err.Error()})
	}
	unseen = map[string]error{}
	for _, env := range p.Environments() {
		if _, _, ok, err := p.dagOptions(env); err == nil && !ok {
			continue // it has no Composer
		}
		at, err := p.artifactPlace(ctx, env)
		if err != nil {
			unseen[env] = err
			continue
		}
		d, err := artifact.ReadDeployed(ctx, at.Bucket, at.Prefix)
		if err != nil {
			unseen[env] = explain(err)
			continue
		}
		for _, e := range d.Pipelines {
			l := byID[e.Artifact]
			if l == nil {
				continue // its artifact was removed
			}
			if !slices.Contains(l.Deployed, env) {
				l.Deployed = append(l.Deployed, env)
			}
			l.Pipelines[env]++
		}
	}
	return all, unseen, nil
}
