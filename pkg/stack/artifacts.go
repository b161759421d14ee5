package stack

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact"
	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/artifact/worktree"
	"github.com/dorc-dev/dorc/pkg/local/gcp"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// bucket opens a bucket of the target by its name.
func (p *Project) bucket(ctx context.Context, name string) (bucket.Bucket, error) {
	if p.Settings.Target == settings.TargetLocal {
		store, err := p.Cloud()
		if err != nil {
			return nil, err
		}
		objects, err := gcp.Objects(store)
		if err != nil {
			return nil, err
		}
		return bucket.NewLocal(objects, name), nil
	}
	client, err := p.googleAccess().Storage(ctx)
	if err != nil {
		return nil, err
	}
	return bucket.NewGoogle(client, name), nil
}

// artifactStore is the artifacts bucket of the universal stack.
func (p *Project) artifactStore(ctx context.Context) (artifact.Store, error) {
	outputs, err := p.Outputs(ctx, p.universalRef())
	if err != nil {
		return artifact.Store{}, err
	}
	name := outputs["gcp_artifacts_bucket"]
	if !name.IsString() {
		return artifact.Store{}, problem.Problem{
			Resource: "stack " + p.universalRef().Name(), Summary: "it has no output gcp_artifacts_bucket, where artifacts are kept",
			Detail: "it was not applied yet, or before the project had a block gcp", Hint: "apply it first: dorc apply " + p.universalRef().Command(),
		}
	}
	b, err := p.bucket(ctx, name.StringValue())
	return artifact.Store{Bucket: b}, err
}

// artifactPlace is where the service project's DAGs are on an environment.
func (p *Project) artifactPlace(ctx context.Context, env string) (place artifact.Place, err error) {
	if err := p.checkEnvironment(env, "artifact"); err != nil {
		return place, err
	}
	_, google, ok, err := p.dagOptions(env)
	if err != nil {
		return place, err
	}
	if !ok {
		return place, noComposer(p.Settings.Relative(p.infraConfigPath(env)), env)
	}
	r := p.infraRef(env)
	outputs, err := p.Outputs(ctx, r)
	if err != nil {
		return place, err
	}
	name, line := outputs[composerBucketOutput], google.Composer.Image.Line
	if !name.IsString() {
		return place, problem.Problem{
			Resource: "stack " + r.Name(), Summary: "it has no output composer_bucket",
			Detail: "the environment was applied before it had a Composer", Hint: "apply it first: dorc apply " + r.Command(),
		}
	}
	// What runs there decides, which is not what the configuration says until it is applied.
	if v := outputs[composerImageOutput]; v.IsString() && v.StringValue() != "" {
		if line, err = airflow.LineOf(v.StringValue()); err != nil {
			return place, err
		}
	}
	b, err := p.bucket(ctx, name.StringValue())
	return artifact.Place{
		Bucket: b, Prefix: naming.DAGPrefix(google.ServiceProject), ServiceProject: google.ServiceProject, Environment: env, Line: line,
	}, err
}

func noComposer(file, env string) error {
	return problem.Problem{
		File: file, Summary: "the environment " + env + " has no Composer, so DAGs cannot be deployed to it",
		Hint: "add a block gcp.composer and apply: dorc apply infra --env " + env,
	}
}

// artifactSource is where the config repo comes from, as git and the CI system say.
func (p *Project) artifactSource(ctx context.Context) (artifact.Source, error) {
	s, err := p.worktree(ctx)
	return artifact.Source{Repository: s.Repository, Branch: s.Branch, Commit: s.Commit, Dirty: s.Dirty()}, err
}

func (p *Project) worktree(ctx context.Context) (worktree.State, error) {
	s, err := worktree.Read(ctx, p.Settings.ConfigRepoPath)
	if s.Commit != "" {
		s.Branch = cmp.Or(s.Branch, p.Settings.Branch)
	}
	return s, err
}

// compilePipeline compiles a pipeline as an environment wants it.
func (p *Project) compilePipeline(_ context.Context, env, id, line string, dbtImages map[string]string) (*content.Content, error) {
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	layer, name, _ := strings.Cut(id, "/")
	pipeline, err := repo.Pipeline(layer, name)
	if err != nil {
		return nil, err
	}
	options, _, ok, err := p.dagOptions(env)
	if err != nil {
		return nil, err
	}
	if !ok || !slices.ContainsFunc(options.Images, func(i airflow.Image) bool { return i.Line == line }) {
		return nil, problem.Problem{
			Resource: "pipeline " + id, Summary: fmt.Sprintf("the environment %s does not have Airflow %s", env, line),
			Detail: "its configuration has changed since the plan was made", Hint: "Apply again; the plan is made anew.",
		}
	}
	options.DbtImages = dbtImages
	// The files are read again: what is deployed is what lies there now, or nothing.
	opened, err := dags.Open(repo, options.Images...)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return opened.Pipeline(pipeline, options)
}
