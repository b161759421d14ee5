package pipelines

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Type is the component's type token.
const Type = "dorc:pipelines:Pipeline"

// Args are the arguments of CreatePipeline.
type Args struct {
	// Universal is what the project has once. Project is required, Region is by
	// default the provider's. Example: config.Universal{Project: "ExampleDorc", Region: "eu-west-2"}.
	Universal config.Universal
	// Environment is what the environment has, as it was given to CreateInfra.
	// Example: config.Environment{Environment: "prod", DataBuckets: []config.DataBucket{{Name: "raw"}}}.
	Environment config.Environment
	// Repo is the config repo that has the pipeline. Default: the one that the
	// working directory lies in. Example: the result of configrepo.Load("../pipeline-config", "src").
	Repo *configrepo.Repo
	// Pipeline is the pipeline. Default: the one whose folder is the working
	// directory. Example: the result of repo.Pipeline("raw-to-processed", "weather").
	Pipeline *configrepo.Pipeline
	// Account is the AWS account of 12 digits. Default: the provider's
	// (aws.GetCallerIdentity). Example: "123456789012".
	Account string
	// UniversalStack is the full name of the stack that CreateUniversal was called
	// in. Default: "organization/Pipelines/universal".
	UniversalStack string
	// InfraStack is the full name of the stack that CreateInfra was called in; the
	// stacks of other pipelines stand beside it.
	// Default: "organization/Pipelines/infra-<env>".
	InfraStack string
}

// Pipeline is one pipeline in one environment.
type Pipeline struct {
	pulumi.ResourceState
	// Functions are the pipeline's functions by name.
	Functions map[string]*Function
	// StateMachine runs the functions.
	StateMachine *sfn.StateMachine
}

// CreatePipeline creates the pipeline, and exports state_machine_arn,
// state_machine_name and lambda-<function>-arn of every function. The tags of
// the configuration reach every resource of the stack that is created
// afterwards. Mistakes of a person are problem.Problems, also when a stack that
// this one needs has not been applied.
func CreatePipeline(
	ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption,
) (*Pipeline, error) {
	a, err := args.complete()
	if err != nil {
		return nil, err
	}
	place, err := component.FindPlace(ctx, a.Universal.Region, a.Account)
	if err != nil {
		return nil, err
	}
	names := naming.Names{
		Project: a.Universal.Project, Environment: a.Environment.Environment, Account: place.Account,
	}
	images, err := source.SettingsOf(a.Repo.Root, a.Universal)
	if err != nil {
		return nil, err
	}
	shared, err := readStacks(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := component.Tag(ctx, a.Universal.Tags); err != nil {
		return nil, err
	}
	p := &Pipeline{Functions: map[string]*Function{}}
	if err := ctx.RegisterComponentResource(Type, name, p, opts...); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, args: a, place: place, names: names, shared: shared, images: images, parent: component.Child(p)}
	if err := b.functions(p); err != nil {
		return nil, err
	}
	outputs := pulumi.Map{
		"state_machine_arn":  p.StateMachine.Arn,
		"state_machine_name": p.StateMachine.Name,
	}
	for name, f := range p.Functions {
		outputs["lambda-"+name+"-arn"] = f.Resource.Arn
	}
	for key, value := range outputs {
		ctx.Export(key, value)
	}
	return p, ctx.RegisterResourceOutputs(p, outputs)
}

// builder creates the resources of one pipeline.
type builder struct {
	ctx    *pulumi.Context
	args   *Args
	place  component.Place
	names  naming.Names
	shared *shared
	images source.Settings
	parent pulumi.ResourceOption
}

// complete returns the arguments with their defaults.
func (a *Args) complete() (*Args, error) {
	c := *a
	if c.Repo == nil {
		root, err := configrepo.Find(".", c.Universal.SourceCodeFolder)
		if err != nil {
			return nil, err
		}
		repo, problems := configrepo.Load(root, c.Universal.SourceCodeFolder)
		if err := problems.Err(); err != nil {
			return nil, err
		}
		c.Repo = repo
	}
	if c.Pipeline == nil {
		found, err := here(c.Repo)
		if err != nil {
			return nil, err
		}
		c.Pipeline = found
	}
	if kind := c.Pipeline.Definition.Kind; kind != definition.KindFunctions {
		return nil, problem.Problem{
			File:     c.Pipeline.File,
			Resource: "pipeline " + c.Pipeline.ID(),
			Summary:  fmt.Sprintf("pipelines of kind %q cannot be created", kind),
			Hint:     fmt.Sprintf("Use kind: %s.", definition.KindFunctions),
		}
	}
	if c.UniversalStack == "" {
		c.UniversalStack = defaultStacks + "universal"
	}
	if c.InfraStack == "" {
		c.InfraStack = defaultStacks + "infra-" + c.Environment.Environment
	}
	return &c, nil
}
