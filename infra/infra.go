package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Type is the component's type token.
const Type = "dorc:infra:Infra"

// Args are the arguments of CreateInfra.
type Args struct {
	// Universal is what the project has once. Project is required, Region is by
	// default the provider's. Example: config.Universal{Project: "ExampleDorc", Region: "eu-west-2"}.
	Universal config.Universal
	// Environment is what this environment has. Environment.Environment is required.
	// Example: config.Environment{Environment: "prod", DataBuckets: []config.DataBucket{{Name: "raw"}}}.
	Environment config.Environment
	// Account is the AWS account of 12 digits. Default: the provider's
	// (aws.GetCallerIdentity). Example: "123456789012".
	Account string
	// UniversalStack is the full name of the universal stack, which on Google Cloud
	// has the APIs and the repository of the images. Default: it is not read, and
	// Universal says what it has. Example: "organization/Pipelines/universal".
	UniversalStack string
}

// Infra is what one environment has.
type Infra struct {
	pulumi.ResourceState
	// LambdaRole, StateFunctionRole and TriggerRole are the roles of functions,
	// state machines and triggers; nil when the project has nothing on AWS.
	LambdaRole, StateFunctionRole, TriggerRole *Role
	// DataBuckets are the data buckets on AWS by their short names.
	DataBuckets map[string]*DataBucket
	// Google is what the environment has on Google Cloud; nil when that is nothing.
	Google *Google
}

// CreateInfra creates what the environment has. On AWS it exports lambda_role_arn,
// state_function_role_arn, cloudevent_state_machine_trigger_role_arn, and
// data-bucket-<name>-id and -arn of every data bucket.
//
// On Google Cloud it exports gcp_project_id, gcp_region, gcp_bucket,
// gcp_temp_location, gcp_staging_location, gcp_configs_location,
// gcp_templates_location, dataflow_worker_service_account,
// workflows_service_account, scheduler_service_account, gcp_network,
// gcp_subnetwork, gcp-data-bucket-<name>-id of every data bucket, and
// gcp-secret-<profile>-id of every connection profile. With Cloud Composer it also
// exports composer_environment, composer_airflow_uri, composer_dag_gcs_prefix,
// composer_bucket, composer_image_version, composer_service_account and
// dbt_service_account.
//
// The tags of the configuration reach every resource of the stack that is created
// afterwards. Mistakes of a person are problem.Problems.
func CreateInfra(
	ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption,
) (*Infra, error) {
	google, err := args.Universal.GoogleIn(args.Environment)
	if err != nil {
		return nil, err
	}
	if args.Universal.NoAWS {
		if err := withoutAWS(args.Environment); err != nil {
			return nil, err
		}
	}
	var scope *scope
	if !args.Universal.NoAWS {
		if scope, err = findScope(ctx, args); err != nil {
			return nil, err
		}
	}
	if err := component.Tag(ctx, args.Universal.Tags); err != nil {
		return nil, err
	}
	i := &Infra{DataBuckets: map[string]*DataBucket{}}
	if err := ctx.RegisterComponentResource(Type, name, i, opts...); err != nil {
		return nil, err
	}
	outputs := pulumi.Map{}
	if scope != nil {
		if err := i.createAWS(ctx, scope, args.Environment, outputs); err != nil {
			return nil, err
		}
	}
	if google != nil {
		if err := i.createGoogle(ctx, google, args.UniversalStack, outputs); err != nil {
			return nil, err
		}
	}
	for key, value := range outputs {
		ctx.Export(key, value)
	}
	return i, ctx.RegisterResourceOutputs(i, outputs)
}

// createAWS creates the roles and the data buckets on AWS, and adds the outputs.
func (i *Infra) createAWS(ctx *pulumi.Context, s *scope, e config.Environment, outputs pulumi.Map) error {
	if err := i.createRoles(ctx, s, e); err != nil {
		return err
	}
	outputs["lambda_role_arn"] = i.LambdaRole.Resource.Arn
	outputs["state_function_role_arn"] = i.StateFunctionRole.Resource.Arn
	outputs["cloudevent_state_machine_trigger_role_arn"] = i.TriggerRole.Resource.Arn
	for _, b := range e.DataBuckets {
		bucket, err := newDataBucket(ctx, s, b, component.Child(i))
		if err != nil {
			return err
		}
		i.DataBuckets[b.Name] = bucket
		outputs["data-bucket-"+b.Name+"-id"] = bucket.Resource.Bucket
		outputs["data-bucket-"+b.Name+"-arn"] = bucket.Resource.Arn
	}
	return nil
}

// withoutAWS refuses what an environment has on AWS where its project has nothing.
func withoutAWS(e config.Environment) error {
	if len(e.DataBuckets) == 0 && e.VPCID == "" {
		return nil
	}
	return problem.Problem{
		Resource: "environment " + e.Environment, Summary: "data_buckets or vpc_id is about AWS, where this project has nothing",
		Detail: "aws is false in the project's configuration", Hint: "move data_buckets below gcp:, and remove vpc_id",
	}
}

// scope is what the environment's policies may reach.
type scope struct {
	component.Place
	names naming.Names
	// vpc says that functions run in a VPC.
	vpc bool
	// buckets are the full names of the data buckets, by short name.
	buckets map[string]string
}

// findScope asks AWS for what the arguments do not say of the place.
func findScope(ctx *pulumi.Context, args *Args) (*scope, error) {
	place, err := component.FindPlace(ctx, args.Universal.Region, args.Account)
	if err != nil {
		return nil, err
	}
	s := &scope{
		Place: place,
		names: naming.Names{
			Project: args.Universal.Project, Environment: args.Environment.Environment, Account: place.Account,
		},
		vpc:     args.Environment.VPCID != "",
		buckets: map[string]string{},
	}
	for _, b := range args.Environment.DataBuckets {
		name, err := s.names.DataBucket(b.Name)
		if err != nil {
			return nil, err
		}
		s.buckets[b.Name] = name
	}
	return s, nil
}
