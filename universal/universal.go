package universal

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
)

// Type is the component's type token.
const Type = "dorc:universal:Universal"

// Args are the arguments of CreateUniversal.
type Args struct {
	// Config is what the project has once. Project is required.
	// Example: config.Universal{Project: "ExampleDorc", Tags: map[string]string{"team": "data"}}.
	Config config.Universal
	// Repo is the config repo, whose functions get a repository each. Default:
	// the one that the working directory lies in. Example: the result of
	// configrepo.Load("../pipeline-config", "src").
	Repo *configrepo.Repo
}

// Universal is what a project has once.
type Universal struct {
	pulumi.ResourceState
	// Repositories are the image repositories, by function id (naming.FunctionID).
	Repositories map[string]*Repository
	// Google is what the project has on Google Cloud; nil when that is nothing.
	Google *Google
}

// CreateUniversal creates what the project has once. It exports
// ecr-repository-<function id>-arn, -id (the registry's id) and -url of every
// repository; and with a block gcp, gcp_project_id, gcp_region, gcp_repository_id,
// gcp_repository_url, gcp_artifacts_bucket, and gcp_project_number of a project
// that it creates. The tags of the configuration reach every resource of the stack
// that is created afterwards. Mistakes of a person are problem.Problems.
func CreateUniversal(
	ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption,
) (*Universal, error) {
	repo, err := args.repo()
	if err != nil {
		return nil, err
	}
	google, err := args.Config.Google()
	if err != nil {
		return nil, err
	}
	if err := CheckClouds(args.Config, repo).Err(); err != nil {
		return nil, err
	}
	if err := component.Tag(ctx, args.Config.Tags); err != nil {
		return nil, err
	}
	u := &Universal{Repositories: map[string]*Repository{}}
	if err := ctx.RegisterComponentResource(Type, name, u, opts...); err != nil {
		return nil, err
	}
	outputs := pulumi.Map{}
	for _, pipeline := range repo.Pipelines {
		for _, function := range pipeline.Functions {
			r, err := newRepository(ctx, args.Config.Project, function, component.Child(u))
			if err != nil {
				return nil, err
			}
			u.Repositories[r.FunctionID] = r
			r.export(outputs)
		}
	}
	if google != nil {
		if err := u.createGoogle(ctx, google, outputs); err != nil {
			return nil, err
		}
	}
	for key, value := range outputs {
		ctx.Export(key, value)
	}
	return u, ctx.RegisterResourceOutputs(u, outputs)
}

func (a *Args) repo() (*configrepo.Repo, error) {
	if a.Repo != nil {
		return a.Repo, nil
	}
	root, err := configrepo.Find(".", a.Config.SourceCodeFolder)
	if err != nil {
		return nil, err
	}
	repo, problems := configrepo.Load(root, a.Config.SourceCodeFolder)
	return repo, problems.Err()
}
