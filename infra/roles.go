package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
)

// Role is a role with what it may do.
type Role struct {
	// Resource is the IAM role.
	Resource *iam.Role
}

// roleKind is one of the environment's roles.
type roleKind struct {
	logical     string
	name        func() (string, error)
	description string
	trust       policy
	policy      policy
	// additional is the ARN of a policy of the user's, or "".
	additional string
}

func (i *Infra) createRoles(ctx *pulumi.Context, s *scope, e config.Environment) (err error) {
	if i.LambdaRole, err = newRole(ctx, roleKind{
		logical: "lambda-role", name: s.names.LambdaRole,
		description: "Functions of the pipelines in " + e.Environment,
		// Lambda's documentation names no key that it sends when it takes on a role:
		// https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
		trust:      trust("lambda.amazonaws.com", ""),
		policy:     s.lambdaPolicy(),
		additional: e.AdditionalLambdaRolePolicyARN,
	}, component.Child(i)); err != nil {
		return err
	}
	if i.StateFunctionRole, err = newRole(ctx, roleKind{
		logical: "state-function-role", name: s.names.StateFunctionRole,
		description: "State machines of the pipelines in " + e.Environment,
		// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
		trust:      trust("states.amazonaws.com", s.Account),
		policy:     s.stateFunctionPolicy(),
		additional: e.AdditionalStateFunctionRolePolicyARN,
	}, component.Child(i)); err != nil {
		return err
	}
	i.TriggerRole, err = newRole(ctx, roleKind{
		logical: "cloudevent-sm-trigger-role", name: s.names.TriggerRole,
		description: "Triggers of the pipelines in " + e.Environment,
		// https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
		trust:      trust("events.amazonaws.com", s.Account),
		policy:     s.triggerPolicy(),
		additional: e.AdditionalCloudeventStateMachineTriggerRolePolicyARN,
	}, component.Child(i))
	return err
}

func newRole(ctx *pulumi.Context, kind roleKind, opts ...pulumi.ResourceOption) (*Role, error) {
	name, err := kind.name()
	if err != nil {
		return nil, err
	}
	trusted, err := kind.trust.json()
	if err != nil {
		return nil, err
	}
	allowed, err := kind.policy.inline(name)
	if err != nil {
		return nil, err
	}
	role, err := iam.NewRole(ctx, kind.logical, &iam.RoleArgs{
		Name:             pulumi.String(name),
		Description:      pulumi.String(kind.description),
		AssumeRolePolicy: pulumi.String(trusted),
	}, opts...)
	if err != nil {
		return nil, err
	}
	if _, err := iam.NewRolePolicy(ctx, kind.logical, &iam.RolePolicyArgs{
		Name:   pulumi.String(name),
		Role:   role.Name,
		Policy: pulumi.String(allowed),
	}, opts...); err != nil {
		return nil, err
	}
	if kind.additional == "" {
		return &Role{role}, nil
	}
	_, err = iam.NewRolePolicyAttachment(ctx, kind.logical+"-additional", &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.String(kind.additional),
	}, opts...)
	return &Role{role}, err
}
