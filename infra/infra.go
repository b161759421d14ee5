package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/naming"
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
}

// Infra is what one environment has.
type Infra struct {
	pulumi.ResourceState
	// LambdaRole, StateFunctionRole and TriggerRole are the roles of functions,
	// state machines and triggers.
	LambdaRole, StateFunctionRole, TriggerRole *Role
	// DataBuckets are the data buckets by their short names.
	DataBuckets map[string]*DataBucket
}

// CreateInfra creates what the environment has, and exports lambda_role_arn,
// state_function_role_arn, cloudevent_state_machine_trigger_role_arn, and
// data-bucket-<name>-id and -arn of every data bucket. The tags of the
// configuration reach every resource of the stack that is created afterwards.
// Mistakes of a person are problem.Problems.
func CreateInfra(
	ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption,
) (*Infra, error) {
	place, err := component.FindPlace(ctx, args.Universal.Region, args.Account)
	if err != nil {
		return nil, err
	}
	scope, err := newScope(args, place)
	if err != nil {
		return nil, err
	}
	if err := component.Tag(ctx, args.Universal.Tags); err != nil {
		return nil, err
	}
	i := &Infra{DataBuckets: map[string]*DataBucket{}}
	if err := ctx.RegisterComponentResource(Type, name, i, opts...); err != nil {
		return nil, err
	}
	if err := i.createRoles(ctx, scope, args.Environment); err != nil {
		return nil, err
	}
	outputs := pulumi.Map{
		"lambda_role_arn":                           i.LambdaRole.Resource.Arn,
		"state_function_role_arn":                   i.StateFunctionRole.Resource.Arn,
		"cloudevent_state_machine_trigger_role_arn": i.TriggerRole.Resource.Arn,
	}
	for _, b := range args.Environment.DataBuckets {
		bucket, err := newDataBucket(ctx, scope, b, component.Child(i))
		if err != nil {
			return nil, err
		}
		i.DataBuckets[b.Name] = bucket
		outputs["data-bucket-"+b.Name+"-id"] = bucket.Resource.Bucket
		outputs["data-bucket-"+b.Name+"-arn"] = bucket.Resource.Arn
	}
	for key, value := range outputs {
		ctx.Export(key, value)
	}
	return i, ctx.RegisterResourceOutputs(i, outputs)
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

func newScope(args *Args, place component.Place) (*scope, error) {
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
