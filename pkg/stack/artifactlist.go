package stack

import (
	"context"
	"slices"

	"github.com/dorc-dev/dorc/pkg/artifact"
)

// ListedArtifact is an artifact, and where it is deployed.
type ListedArtifact struct {
	*artifact.Manifest
	// Deployed are the environments that have pipelines of it, sorted; Pipelines is how
	// many each has.
	Deployed  []string       `json:"deployed"`
	Pipelines map[string]int `json:"pipelines"`
}

// ListArtifacts lists the artifacts, the newest first. unseen are environments of
// which nobody can tell what they have, with the reason.
func (p *Project) ListArtifacts(ctx context.Context) (all []*ListedArtifact, unseen map[string]error, err error) {
	store, err := p.artifactStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	manifests, err := store.List(ctx)
	if err != nil {
		return nil, nil, explain(err)
	}
	byID := map[string]*ListedArtifact{}
	for _, m := range manifests {
		l := &ListedArtifact{Manifest: m, Deployed: []string{}, Pipelines: map[string]int{}}
		all, byID[m.ID] = append(all, l), l
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
