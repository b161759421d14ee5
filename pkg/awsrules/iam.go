package awsrules

import "regexp"

var (
	iamName = regexp.MustCompile(`^[\w+=,.@-]*$`)
	iamPath = regexp.MustCompile(`^(/|/[\x21-\x7E]+/)$`)
	// iamDescription is the pattern of the API: no control characters but tab and line ends.
	iamDescription = regexp.MustCompile(`^[\x{0009}\x{000A}\x{000D}\x{0020}-\x{007E}\x{00A1}-\x{00FF}]*$`)
)

const (
	roleSource       = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"
	rolePolicySource = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html"
	attachSource     = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html"
	managedSource    = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html"
	// The sizes of policies are quotas: 2,048 characters for a trust policy (4,096
	// after a request), 10,240 for all inline policies of a role, 6,144 for a managed one.
	nameWords = `must match [\w+=,.@-]`
	pathWords = "must begin and end with /"
)

var _ = register("aws:iam/role:Role", table{values: []row{
	{"name", all(length(1, 64), pattern(iamName, nameWords)), roleSource},
	{"namePrefix", all(length(1, 38), pattern(iamName, nameWords)), roleSource},
	{"assumeRolePolicy", all(isJSON, policy(trustPolicy, 4096)), policySource},
	{"description", all(length(0, 1000), pattern(iamDescription, "has characters that IAM does not allow")), roleSource},
	{"maxSessionDuration", between(3600, 43200), roleSource},
	{"path", all(length(1, 512), pattern(iamPath, pathWords)), roleSource},
	{"permissionsBoundary", isARN, roleSource},
	{"managedPolicyArns[]", isARN, attachSource},
	{"inlinePolicies[].name", all(length(1, 128), pattern(iamName, nameWords)), rolePolicySource},
	{"inlinePolicies[].policy", policy(identityPolicy, 10240), policySource},
}})

var _ = register("aws:iam/rolePolicy:RolePolicy", table{values: []row{
	{"name", all(length(1, 128), pattern(iamName, nameWords)), rolePolicySource},
	{"namePrefix", all(length(1, 102), pattern(iamName, nameWords)), rolePolicySource},
	{"role", all(length(1, 64), pattern(iamName, nameWords)), rolePolicySource},
	{"policy", policy(identityPolicy, 10240), policySource},
}})

var _ = register("aws:iam/rolePolicyAttachment:RolePolicyAttachment", table{values: []row{
	{"role", all(length(1, 64), pattern(iamName, nameWords)), attachSource},
	{"policyArn", all(isARN, length(20, 2048)), attachSource},
}})

var _ = register("aws:iam/policy:Policy", table{values: []row{
	{"name", all(length(1, 128), pattern(iamName, nameWords)), managedSource},
	{"namePrefix", all(length(1, 102), pattern(iamName, nameWords)), managedSource},
	{"description", length(0, 1000), managedSource},
	{"path", all(length(1, 512), pattern(iamPath, pathWords)), managedSource},
	{"policy", policy(identityPolicy, 6144), policySource},
}})
