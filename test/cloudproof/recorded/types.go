package recorded

import (
	"reflect"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// resourceType is what is known of one type of an SDK.
type resourceType struct {
	// terraform is its name in the facts; empty when they do not have it.
	terraform string
	// args and state are the SDK's argument struct and resource struct.
	args, state reflect.Type
	// id are the properties that make its ID, joined by sep.
	id  []string
	sep string
	// path is an ID in which {property} stands for a property; "" is one of id and sep.
	path string
	// rename maps Terraform's names to Pulumi's where camelCase does not hold.
	rename map[string]string
	// replace and exclusive add to the facts what is newer than they are: what
	// replaces the resource, and names of which one may be given.
	replace, exclusive []string
}

func describe[Args interface{ ElementType() reflect.Type }, State any](terraform string, id ...string) *resourceType {
	var a Args
	return &resourceType{terraform: terraform, args: a.ElementType(), state: reflect.TypeFor[State](), id: id}
}

func (r *resourceType) joined(sep string) *resourceType {
	r.sep = sep
	return r
}

func (r *resourceType) at(path string) *resourceType {
	r.path = path
	return r
}

func (r *resourceType) renamed(terraform, pulumi string) *resourceType {
	if r.rename == nil {
		r.rename = map[string]string{}
	}
	r.rename[terraform] = pulumi
	return r
}

func (r *resourceType) replacedBy(names ...string) *resourceType {
	r.replace = names
	return r
}

func (r *resourceType) oneOf(names ...string) *resourceType {
	r.exclusive = names
	return r
}

// ofAWS are the types that dorc creates, and two more of which verdicts were recorded.
var ofAWS = map[tokens.Type]*resourceType{
	"aws:cloudwatch/eventRule:EventRule":      describe[cloudwatch.EventRuleArgs, cloudwatch.EventRule]("aws_cloudwatch_event_rule", "name").oneOf("isEnabled", "state"),
	"aws:cloudwatch/eventTarget:EventTarget":  describe[cloudwatch.EventTargetArgs, cloudwatch.EventTarget]("aws_cloudwatch_event_target", "rule", "targetId").joined("-"),
	"aws:cloudwatch/logGroup:LogGroup":        describe[cloudwatch.LogGroupArgs, cloudwatch.LogGroup]("aws_cloudwatch_log_group", "name").replacedBy("logGroupClass"),
	"aws:ec2/securityGroup:SecurityGroup":     describe[ec2.SecurityGroupArgs, ec2.SecurityGroup]("aws_security_group", "id"),
	"aws:ecr/lifecyclePolicy:LifecyclePolicy": describe[ecr.LifecyclePolicyArgs, ecr.LifecyclePolicy]("aws_ecr_lifecycle_policy", "repository"),
	"aws:ecr/repository:Repository":           describe[ecr.RepositoryArgs, ecr.Repository]("aws_ecr_repository", "name"),
	"aws:iam/role:Role":                       describe[iam.RoleArgs, iam.Role]("aws_iam_role", "name").renamed("role_last_used", ""),
	"aws:iam/rolePolicy:RolePolicy":           describe[iam.RolePolicyArgs, iam.RolePolicy]("aws_iam_role_policy", "role", "name").joined(":"),
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": describe[iam.RolePolicyAttachmentArgs, iam.RolePolicyAttachment](
		"aws_iam_role_policy_attachment", "role", "policyArn").joined("-"),
	"aws:lambda/function:Function": describe[lambda.FunctionArgs, lambda.Function]("aws_lambda_function", "name").
		renamed("function_name", "name").renamed("filename", "code"),
	"aws:s3/bucketNotification:BucketNotification": describe[s3.BucketNotificationArgs, s3.BucketNotification]("aws_s3_bucket_notification", "bucket"),
	"aws:s3/bucketPolicy:BucketPolicy":             describe[s3.BucketPolicyArgs, s3.BucketPolicy]("", "bucket").replacedBy("bucket"),
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": describe[s3.BucketPublicAccessBlockArgs, s3.BucketPublicAccessBlock](
		"aws_s3_bucket_public_access_block", "bucket"),
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": describe[
		s3.BucketServerSideEncryptionConfigurationV2Args, s3.BucketServerSideEncryptionConfigurationV2](
		"aws_s3_bucket_server_side_encryption_configuration", "bucket"),
	"aws:s3/bucketV2:BucketV2":                     describe[s3.BucketV2Args, s3.BucketV2]("aws_s3_bucket", "bucket"),
	"aws:s3/bucketVersioningV2:BucketVersioningV2": describe[s3.BucketVersioningV2Args, s3.BucketVersioningV2]("aws_s3_bucket_versioning", "bucket"),
	"aws:sfn/stateMachine:StateMachine":            describe[sfn.StateMachineArgs, sfn.StateMachine]("aws_sfn_state_machine", "arn"),
	"aws:sns/topic:Topic":                          describe[sns.TopicArgs, sns.Topic]("aws_sns_topic", "arn"),
	"aws:sqs/queue:Queue":                          describe[sqs.QueueArgs, sqs.Queue]("aws_sqs_queue", "url"),
}
