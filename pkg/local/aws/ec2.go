package aws

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
)

const securityGroupType = "aws:ec2/securityGroup:SecurityGroup"

// networkKinds has no VPC and no subnet: those of an existing network are given as
// IDs, and accepted in form only.
var networkKinds = []*kind{
	{
		token: securityGroupType, facts: "aws_security_group",
		args: argsOf[ec2.SecurityGroupArgs](), state: typeOf[ec2.SecurityGroup](),
		defaults: map[string]any{"description": "Managed by Pulumi"},
		service:  "EC2", noun: "Security Group",
		operations: operations{"CreateSecurityGroup", "AuthorizeSecurityGroupEgress", "DeleteSecurityGroup"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 255},
		id:         groupID,
		outputs: []output{
			{name: "arn", value: func(c *call) any { return c.arn("ec2", "security-group/%s", groupID(c)) }},
			{name: "egress", value: func(*call) any { return []any{} }},
			{name: "ingress", value: func(*call) any { return []any{} }},
			{name: "ownerId", value: registryID},
			{name: "vpcId", value: func(c *call) any { return vpc(c) }},
		},
		verify: verifyGroupReferences,
		exists: func(c *call) *apiError {
			return refusal("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", c.str("name"), vpc(c))
		},
		missing: func(c *call) *apiError {
			return refusal("InvalidGroup.NotFound", "The security group '%s' does not exist", c.id)
		},
	},
}

// groupID is an ID in EC2's format that the VPC and name decide, so that a second
// group of one name finds the first.
func groupID(c *call) string {
	sum := sha256.Sum256([]byte(c.p.account + "/" + c.p.region + "/" + vpc(c) + "/" + c.str("name")))
	return "sg-0" + hex.EncodeToString(sum[:])[:16]
}

// vpc is the group's VPC, or the default one of the account.
func vpc(c *call) string {
	if c.has("vpcId") {
		return c.str("vpcId")
	}
	sum := sha256.Sum256([]byte(c.p.account + "/" + c.p.region))
	return "vpc-0" + hex.EncodeToString(sum[:])[:16]
}

func verifyGroupReferences(c *call) error {
	for _, direction := range []string{"ingress", "egress"} {
		for i := range c.list(direction) {
			for _, id := range c.strings(direction, i, "securityGroups") {
				ok, err := c.exists(securityGroupType, id)
				if err != nil {
					return err
				}
				if !ok && id != c.id {
					return refusal("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
				}
			}
		}
	}
	return nil
}
