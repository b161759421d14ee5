package aws

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const securityGroupType = "aws:ec2/securityGroup:SecurityGroup"

// networkKinds has no VPC and no subnet: those of an existing network are given as
// IDs, and accepted in form only.
var networkKinds = []*kind{
	{
		Token: securityGroupType, Facts: "aws_security_group",
		Args: provider.ArgsOf[ec2.SecurityGroupArgs](), State: provider.TypeOf[ec2.SecurityGroup](),
		Defaults: map[string]any{"description": "Managed by Pulumi"},
		Service:  "EC2", Noun: "Security Group",
		Operations: operations{Create: "CreateSecurityGroup", Update: "AuthorizeSecurityGroupEgress", Delete: "DeleteSecurityGroup"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 255},
		ID:         groupID,
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return arn(c, "ec2", "security-group/%s", groupID(c)) }},
			{Name: "egress", Value: func(*call) any { return []any{} }},
			{Name: "ingress", Value: func(*call) any { return []any{} }},
			{Name: "ownerId", Value: registryID},
			{Name: "vpcId", Value: func(c *call) any { return vpc(c) }},
		},
		Verify: verifyGroupReferences,
		Exists: func(c *call) *refusal {
			return provider.Refuse("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", c.Str("name"), vpc(c))
		},
		Missing: func(c *call) *refusal {
			return provider.Refuse("InvalidGroup.NotFound", "The security group '%s' does not exist", c.ID)
		},
	},
}

// groupID is an ID in EC2's format that the VPC and name decide, so that a second
// group of one name finds the first.
func groupID(c *call) string {
	sum := sha256.Sum256([]byte(c.P.Account + "/" + c.P.Region + "/" + vpc(c) + "/" + c.Str("name")))
	return "sg-0" + hex.EncodeToString(sum[:])[:16]
}

// vpc is the group's VPC, or the default one of the account.
func vpc(c *call) string {
	if c.Has("vpcId") {
		return c.Str("vpcId")
	}
	sum := sha256.Sum256([]byte(c.P.Account + "/" + c.P.Region))
	return "vpc-0" + hex.EncodeToString(sum[:])[:16]
}

func verifyGroupReferences(c *call) error {
	for _, direction := range []string{"ingress", "egress"} {
		for i := range c.List(direction) {
			for _, id := range c.Strings(direction, i, "securityGroups") {
				ok, err := c.Exists(securityGroupType, id)
				if err != nil {
					return err
				}
				if !ok && id != c.ID {
					return provider.Refuse("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
				}
			}
		}
	}
	return nil
}
