package pipelines

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/cloudscheduler"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/workflows"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	deployment "github.com/dorc-dev/dorc/pkg/artifact/resource"
	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
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
	// DAGs are the DAGs of Repo, for who creates several pipelines in one process: what
	// was read is not read again. Default: they are opened.
	DAGs *dags.Repo
}

// Pipeline is one pipeline in one environment. What another kind has is nil.
type Pipeline struct {
	pulumi.ResourceState
	// Functions are the functions of kind functions by name, and StateMachine runs them.
	Functions    map[string]*Function
	StateMachine *sfn.StateMachine
	// Image launches the jobs of kind dataflow; WorkerImage is nil when it runs their workers too.
	Image, WorkerImage *imageresource.Image
	// Template is the specification of the flex template, Configs the other objects by file name.
	Template *storage.BucketObject
	Configs  map[string]*storage.BucketObject
	// Workflow is what an execution runs, of kinds dataflow and workflow.
	Workflow *workflows.Workflow
	// Schedule starts the workflow; nil when nothing does.
	Schedule *cloudscheduler.Job
	// Deployment is the compiled DAG of kind dag, DbtImages the images of the dbt
	// projects that it runs, by name.
	Deployment *deployment.Deployment
	DbtImages  map[string]*imageresource.Image
}

// CreatePipeline creates the pipeline, and exports what people and other stacks
// ask for: of kind functions state_machine_arn, state_machine_name and
// lambda-<function>-arn of every function; of kinds dataflow and workflow
// workflow_id, workflow_name and scheduler_job_id if there is a schedule; of kind
// dataflow also template_path, image_uri and worker_image_uri, of kind workflow
// argument; of kind dag dag_id, dag_path and artifact_id. The tags of the
// configuration reach every resource of the stack that is created afterwards.
// Mistakes of a person are problem.Problems, also when a stack that this one
// needs has not been applied.
func CreatePipeline(
	ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption,
) (*Pipeline, error) {
	a, err := args.complete()
	if err != nil {
		return nil, err
	}
	create, ok := kinds[a.Pipeline.Definition.Kind]
	if !ok {
		return nil, problem.Problem{
			File: problem.Shown(a.Pipeline.Dir), Summary: fmt.Sprintf("a pipeline of kind %s has no resources of its own", a.Pipeline.Definition.Kind),
			Detail: "its files are shipped, not provisioned", Hint: "Leave it out of what is applied.",
		}
	}
	p := &Pipeline{}
	register := func() (pulumi.ResourceOption, error) {
		if err := component.Tag(ctx, a.Universal.Tags); err != nil {
			return nil, err
		}
		if err := ctx.RegisterComponentResource(Type, name, p, opts...); err != nil {
			return nil, err
		}
		return component.Child(p), nil
	}
	outputs, err := create(ctx, a, p, register)
	if err != nil {
		return nil, err
	}
	for key, value := range outputs {
		ctx.Export(key, value)
	}
	return p, ctx.RegisterResourceOutputs(p, outputs)
}

// kind creates the resources of one kind and returns the outputs. What it needs is
// read, and mistakes are found, before it calls register, which registers the
// component and gives the option of its resources.
type kind func(ctx *pulumi.Context, a *Args, p *Pipeline, register func() (pulumi.ResourceOption, error)) (pulumi.Map, error)

// kinds are those that can be created.
var kinds = map[definition.Kind]kind{
	definition.KindFunctions: createFunctions,
	definition.KindDataflow:  createDataflow,
	definition.KindWorkflow:  createWorkflow,
	definition.KindDag:       createDAG,
}

// createFunctions creates a pipeline of kind functions.
func createFunctions(ctx *pulumi.Context, a *Args, p *Pipeline, register func() (pulumi.ResourceOption, error)) (pulumi.Map, error) {
	if a.Universal.NoAWS {
		return nil, problem.Problem{
			File: problem.Shown(a.Pipeline.Dir), Summary: "pipelines of kind functions live on AWS, which the project does without",
			Detail: "the universal configuration says aws: false", Hint: "Remove the pipeline, or aws: false.",
		}
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
	parent, err := register()
	if err != nil {
		return nil, err
	}
	p.Functions = map[string]*Function{}
	b := &builder{ctx: ctx, args: a, place: place, names: names, shared: shared, images: images, parent: parent}
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
	return outputs, nil
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
	if kind := c.Pipeline.Definition.Kind; kinds[kind] == nil {
		return nil, problem.Problem{
			File:     c.Pipeline.File,
			Resource: "pipeline " + c.Pipeline.ID(),
			Summary:  fmt.Sprintf("pipelines of kind %q cannot be created", kind),
			Hint:     "Kinds: " + definition.KindNames(),
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
