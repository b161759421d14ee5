package stack

import (
	"context"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/infra"
	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/universal"
)

// program is the stack's program: main.go in its folder, else dorc's own.
func (p *Project) program(ctx context.Context, r Ref) (engine.Program, error) {
	folder, err := p.folder(r)
	if err != nil {
		return nil, err
	}
	if exists(filepath.Join(folder, "main.go")) {
		return p.compile(ctx, folder)
	}
	body, err := p.Body(r)
	if err != nil {
		return nil, err
	}
	return engine.Inline(body), nil
}

// Body is dorc's own program of a stack: what its YAML describes. Mistakes in
// the YAML are found here, before anything starts.
func (p *Project) Body(r Ref) (pulumi.RunFunc, error) {
	u, err := p.Universal()
	if err != nil {
		return nil, err
	}
	if r.Kind == KindInfra {
		e, err := p.Environment(r.Env)
		if err != nil {
			return nil, err
		}
		// The environment's pipelines follow: what is wrong with their files is said
		// before anything of it changes.
		if repo, err := p.Repo(); err == nil {
			if _, problems := p.validateContents(u, repo, []string{r.Env}); len(problems) > 0 {
				return nil, problems.Err()
			}
		}
		return func(ctx *pulumi.Context) error {
			_, err := infra.CreateInfra(ctx, r.Name(), &infra.Args{
				Universal: *u, Environment: *e, Account: p.Settings.AWSAccount, UniversalStack: reference(p.universalRef()),
			})
			return err
		}, nil
	}
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	if r.Kind == KindUniversal {
		if err := universal.CheckClouds(*u, repo).Err(); err != nil {
			return nil, err
		}
		return func(ctx *pulumi.Context) error {
			_, err := universal.CreateUniversal(ctx, r.Name(), &universal.Args{Config: *u, Repo: repo})
			return err
		}, nil
	}
	e, err := p.Environment(r.Env)
	if err != nil {
		return nil, err
	}
	pipeline, err := repo.Pipeline(r.Layer, r.Pipeline)
	if err != nil {
		return nil, err
	}
	alone := &configrepo.Repo{Root: repo.Root, Pipelines: []*configrepo.Pipeline{pipeline}}
	if err := universal.CheckClouds(*u, alone).Err(); err != nil {
		return nil, err
	}
	if err := p.checkDAG(pipeline, r.Env); err != nil {
		return nil, err
	}
	return func(ctx *pulumi.Context) error {
		_, err := pipelines.CreatePipeline(ctx, r.Name(), &pipelines.Args{
			Universal: *u, Environment: *e, Repo: repo, Pipeline: pipeline, DAGs: p.opened, Account: p.Settings.AWSAccount,
			UniversalStack: reference(p.universalRef()), InfraStack: reference(p.infraRef(r.Env)),
		})
		return err
	}, nil
}

// reference is the name by which another stack refers to this one.
func reference(r Ref) string {
	return engine.Organization + "/" + engine.ProjectName + "/" + r.Name()
}
