package pipelines

import (
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// EnvironmentVariable is where a function finds the environment's name.
const EnvironmentVariable = "DORC_ENVIRONMENT"

// Function is one function of a pipeline.
type Function struct {
	// Image is what the function runs.
	Image *imageresource.Image
	// Resource is the Lambda function.
	Resource *lambda.Function
	// SecurityGroup is nil outside a VPC.
	SecurityGroup *ec2.SecurityGroup
}

func (b *builder) function(f *configrepo.Function, d definition.Function) (*Function, error) {
	name, err := b.names.Function(f.Layer, f.Pipeline, f.Name)
	if err != nil {
		return nil, err
	}
	logName, err := b.names.FunctionLogGroup(f.Layer, f.Pipeline, f.Name)
	if err != nil {
		return nil, err
	}
	created := &Function{}
	created.Image, err = b.image(f.Name, source.Source{Repo: b.args.Repo, Pipeline: b.args.Pipeline, Function: f, Settings: b.images}, b.shared.repositories[f.Name])
	if err != nil {
		return nil, err
	}
	logs, err := b.logGroup(f.Name, logName)
	if err != nil {
		return nil, err
	}
	args := &lambda.FunctionArgs{
		Name:          pulumi.String(name),
		Description:   pulumi.String("Function " + f.ID()),
		PackageType:   pulumi.String("Image"),
		ImageUri:      created.Image.ImageURI,
		Architectures: pulumi.ToStringArray([]string{"x86_64"}),
		Role:          b.shared.lambdaRole,
		Timeout:       pulumi.Int(d.Timeout),
		MemorySize:    pulumi.Int(d.Memory),
		Environment:   &lambda.FunctionEnvironmentArgs{Variables: b.variables(d)},
		LoggingConfig: &lambda.FunctionLoggingConfigArgs{
			LogFormat: pulumi.String("Text"),
			LogGroup:  logs.Name,
		},
	}
	if b.args.Environment.VPCID != "" {
		if created.SecurityGroup, err = b.securityGroup(f); err != nil {
			return nil, err
		}
		args.VpcConfig = &lambda.FunctionVpcConfigArgs{
			SubnetIds:        pulumi.ToStringArray(b.args.Environment.PrivateSubnetIDs),
			SecurityGroupIds: pulumi.StringArray{created.SecurityGroup.ID()},
		}
	}
	created.Resource, err = lambda.NewFunction(b.ctx, f.Name, args, b.parent)
	return created, err
}

// variables are the function's own variables and those of every function.
func (b *builder) variables(d definition.Function) pulumi.StringMap {
	variables := pulumi.StringMap{}
	maps.Copy(variables, pulumi.ToStringMap(d.Environment))
	variables[EnvironmentVariable] = pulumi.String(b.args.Environment.Environment)
	for name, bucket := range b.shared.buckets {
		variables[naming.BucketVariable(name)] = bucket
	}
	return variables
}

// securityGroup lets the function reach HTTPS servers, and nothing reach the function.
func (b *builder) securityGroup(f *configrepo.Function) (*ec2.SecurityGroup, error) {
	name, err := b.names.SecurityGroup(f.Layer, f.Pipeline, f.Name)
	if err != nil {
		return nil, err
	}
	return ec2.NewSecurityGroup(b.ctx, f.Name, &ec2.SecurityGroupArgs{
		Name:        pulumi.String(name),
		Description: pulumi.String("HTTPS out of the function " + f.ID()),
		VpcId:       pulumi.String(b.args.Environment.VPCID),
		Egress: ec2.SecurityGroupEgressArray{&ec2.SecurityGroupEgressArgs{
			Description: pulumi.String("HTTPS"),
			Protocol:    pulumi.String("tcp"),
			FromPort:    pulumi.Int(443),
			ToPort:      pulumi.Int(443),
			CidrBlocks:  pulumi.ToStringArray([]string{"0.0.0.0/0"}),
		}},
	}, b.parent)
}
