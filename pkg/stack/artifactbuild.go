package stack

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact"
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/artifact/worktree"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/state"
)

// ArtifactBuild says how an artifact of all DAGs is built.
type ArtifactBuild struct {
	// ImageVersions are images of Composer to compile for, besides those of the
	// environments.
	ImageVersions []string
	// Branch is the branch, for a work tree whose HEAD is detached. Default: what git,
	// or the CI system's variables, say.
	Branch string
	// AllowDirty builds from files that are not exactly those of a commit, also where
	// there is no git.
	AllowDirty bool
	// Say hears what is being done. Default: nobody.
	Say Said
}

// BuildArtifact compiles every DAG for the Airflow of every environment, and stores
// that in the artifacts bucket.
func (p *Project) BuildArtifact(ctx context.Context, o ArtifactBuild) (*artifact.Built, error) {
	s, err := p.worktree(ctx)
	if err != nil {
		return nil, err
	}
	if s.Dirty() && !o.AllowDirty {
		return nil, p.dirty(s)
	}
	if o.Branch != "" {
		s.Branch = o.Branch
	}
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	options, err := p.buildOptions(o.ImageVersions)
	if err != nil {
		return nil, err
	}
	if len(dags.Pipelines(repo)) == 0 {
		return nil, problem.Problem{
			Resource: p.Settings.Relative(p.Settings.ConfigRepoPath), Summary: "the config repo has no pipelines of kind dag, so there is nothing to build",
			Hint: "Write a dag.yaml: docs/dag.md has an example.",
		}
	}
	// What is wrong is said before an image is built or anything is stored.
	if _, err := p.opened.All(*options); err != nil {
		return nil, err
	}
	if err := p.checkForAll(repo); err != nil {
		return nil, err
	}
	store, err := p.artifactStore(ctx)
	if err != nil {
		return nil, err
	}
	files, err := p.artifactDbt(ctx, options, o.Say)
	if err != nil {
		return nil, err
	}
	c, err := p.opened.All(*options)
	if err != nil {
		return nil, err
	}
	c.Files = append(c.Files, files...)
	built, err := store.Build(ctx, c, artifact.BuildOptions{
		ServiceProject: options.ServiceProject, By: owner(), At: time.Now(), Compiler: state.Version,
		Source: artifact.Source{Repository: s.Repository, Branch: s.Branch, Commit: s.Commit, Dirty: s.Dirty()},
	})
	return built, explain(err)
}

// checkForAll refuses what a DAG lacks in any environment: an artifact may be deployed
// to each of them.
func (p *Project) checkForAll(repo *configrepo.Repo) error {
	var all []*dag.DAG
	for _, pipeline := range dags.Pipelines(repo) {
		d, err := p.opened.DAG(pipeline)
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	return checkHosts(all, p.dagHosts(p.Environments()...)).Err()
}

// buildOptions are those of all environments together: one artifact serves them all.
func (p *Project) buildOptions(versions []string) (*dags.Options, error) {
	var all *dags.Options
	for _, env := range p.Environments() {
		o, _, ok, err := p.dagOptions(env)
		if err != nil {
			return nil, err
		}
		switch {
		case !ok:
		case all == nil:
			all = &o
		default:
			all.Images = append(all.Images, o.Images...)
		}
	}
	if all == nil {
		return nil, problem.Problem{
			Resource: p.Settings.Relative(p.Settings.ConfigRepoPath), Summary: "no environment has a Composer, so it is not known what DAGs are to be compiled for",
			Hint: "Add a block gcp.composer to infra/Pulumi.<env>.yaml.",
		}
	}
	for _, version := range versions {
		image, err := airflow.Find(version)
		if err != nil {
			return nil, err
		}
		all.Images = append(all.Images, image)
	}
	return all, nil
}

// maxChanged is how many paths a refusal of a dirty work tree names.
const maxChanged = 5

func (p *Project) dirty(s worktree.State) error {
	refused := problem.Problem{
		Resource: p.Settings.Relative(p.Settings.ConfigRepoPath), Summary: "the config repo is not exactly a commit, so nobody could tell later what the artifact was built from",
		Hint: "Commit first, or build it nevertheless: --allow-dirty.",
	}
	switch {
	case s.Missing != "":
		refused.Detail = s.Missing
	case s.Commit == "":
		refused.Detail = "it has no commit yet"
	default:
		shown := s.Changed[:min(len(s.Changed), maxChanged)]
		refused.Detail = "not committed: " + strings.Join(shown, ", ")
		if more := len(s.Changed) - len(shown); more > 0 {
			refused.Detail += fmt.Sprintf(" and %d more", more)
		}
	}
	return refused
}
