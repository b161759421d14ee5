package aws

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	roleType       = "aws:iam/role:Role"
	rolePolicyType = "aws:iam/rolePolicy:RolePolicy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	policyType     = "aws:iam/policy:Policy"
)

var iamKinds = []*kind{
	{
		Token: roleType, Facts: "aws_iam_role",
		Args: provider.ArgsOf[iam.RoleArgs](), State: provider.TypeOf[iam.Role](),
		Service: "IAM", Noun: "Role",
		Operations: operations{Create: "CreateRole", Update: "UpdateRole", Delete: "DeleteRole"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 64},
		Documents:  []string{"assumeRolePolicy"},
		Rename:     map[string]string{"role_last_used": ""},
		ID:         func(c *call) string { return c.Str("name") },
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return globalARN(c, "iam", "role%s%s", path(c), c.Str("name")) }},
			{Name: "createDate", Once: true, Value: func(c *call) any { return now(c) }},
			{Name: "uniqueId", Value: func(c *call) any { return uniqueID("AROA", globalARN(c, "iam", "role/%s", c.Str("name"))) }},
			{Name: "inlinePolicies", Value: func(*call) any { return []any{} }},
			{Name: "managedPolicyArns", Value: func(*call) any { return []any{} }},
		},
		Verify: func(c *call) error {
			for _, arn := range append(c.Strings("managedPolicyArns"), c.Str("permissionsBoundary")) {
				if err := verifyPolicy(c, arn); err != nil {
					return err
				}
			}
			return nil
		},
		Remove: removeRole,
		Exists: func(c *call) *refusal {
			return provider.Refuse("EntityAlreadyExists", "Role with name %s already exists.", c.ID).WithStatus(http.StatusConflict)
		},
		Missing: func(c *call) *refusal { return noRole(c.ID) },
	},
	{
		Token: rolePolicyType, Facts: "aws_iam_role_policy",
		Args: provider.ArgsOf[iam.RolePolicyArgs](), State: provider.TypeOf[iam.RolePolicy](),
		Service: "IAM", Noun: "Role Policy",
		Operations: operations{Create: "PutRolePolicy", Update: "PutRolePolicy", Delete: "DeleteRolePolicy"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 128},
		Documents:  []string{"policy"}, Upsert: true,
		ID:     func(c *call) string { return c.Str("role") + ":" + c.Str("name") },
		Verify: verifyRole,
		Missing: func(c *call) *refusal {
			return provider.Refuse("NoSuchEntity", "The role policy with name %s cannot be found.", c.Str("name")).WithStatus(http.StatusNotFound)
		},
	},
	{
		Token: attachmentType, Facts: "aws_iam_role_policy_attachment",
		Args: provider.ArgsOf[iam.RolePolicyAttachmentArgs](), State: provider.TypeOf[iam.RolePolicyAttachment](),
		Service: "IAM", Noun: "Role Policy Attachment",
		Operations: operations{Create: "AttachRolePolicy", Update: "AttachRolePolicy", Delete: "DetachRolePolicy"},
		Upsert:     true,
		ID:         func(c *call) string { return c.Str("role") + "/" + c.Str("policyArn") },
		Verify: func(c *call) error {
			if err := verifyRole(c); err != nil {
				return err
			}
			return verifyPolicy(c, c.Str("policyArn"))
		},
		Missing: func(c *call) *refusal {
			return provider.Refuse("NoSuchEntity", "Policy %s was not found.", c.Str("policyArn")).WithStatus(http.StatusNotFound)
		},
	},
	{
		Token: policyType, Facts: "aws_iam_policy",
		Args: provider.ArgsOf[iam.PolicyArgs](), State: provider.TypeOf[iam.Policy](),
		Service: "IAM", Noun: "Policy",
		Operations: operations{Create: "CreatePolicy", Update: "CreatePolicyVersion", Delete: "DeletePolicy"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 128},
		Documents:  []string{"policy"},
		ID:         policyARN,
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return policyARN(c) }},
			{Name: "policyId", Value: func(c *call) any { return uniqueID("ANPA", policyARN(c)) }},
			{Name: "attachmentCount", Once: true, Value: func(*call) any { return 0.0 }},
		},
		Remove: removePolicy,
		Exists: func(c *call) *refusal {
			return provider.Refuse("EntityAlreadyExists", "A policy called %s already exists. Duplicate names are not allowed.",
				c.Str("name")).WithStatus(http.StatusConflict)
		},
		Missing: func(c *call) *refusal { return noPolicy(c.ID) },
	},
}

// path is the IAM path of the inputs.
func path(c *call) string {
	if p := c.Str("path"); p != "" {
		return p
	}
	return "/"
}

func policyARN(c *call) string { return globalARN(c, "iam", "policy%s%s", path(c), c.Str("name")) }

// uniqueID makes an ID as IAM gives them: four letters for the kind and 17 more.
// It is the same whenever the same thing is made.
func uniqueID(kind, arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return kind + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

func noRole(name string) *refusal {
	return provider.Refuse("NoSuchEntity", "The role with name %s cannot be found.", name).WithStatus(http.StatusNotFound)
}

func noPolicy(arn string) *refusal {
	return provider.Refuse("NoSuchEntity", "Policy %s does not exist or is not attachable.", arn).WithStatus(http.StatusNotFound)
}

func verifyRole(c *call) error {
	ok, err := c.Exists(roleType, c.Str("role"))
	if err == nil && !ok {
		return noRole(c.Str("role"))
	}
	return err
}

// verifyPolicy accepts AWS's own policies in form only: there is no list of them here.
func verifyPolicy(c *call, arn string) error {
	if arn == "" || strings.HasPrefix(arn, "arn:"+partition(c.P)+":iam::aws:policy/") {
		return nil
	}
	ok, err := c.Exists(policyType, arn)
	if err == nil && !ok {
		return noPolicy(arn)
	}
	return err
}

// removeRole refuses to delete a role that has policies, as IAM does.
func removeRole(c *call) error {
	inline, err := c.P.Store.IDs(rolePolicyType, c.ID+":")
	if err != nil {
		return err
	}
	attached, err := c.P.Store.IDs(attachmentType, c.ID+"/")
	if err != nil {
		return err
	}
	switch {
	case c.Bool("forceDetachPolicies"):
		return detach(c, inline, attached)
	case len(inline) > 0:
		return provider.Refuse("DeleteConflict", "Cannot delete entity, must delete policies first.").WithStatus(http.StatusConflict)
	case len(attached) > 0:
		return provider.Refuse("DeleteConflict", "Cannot delete entity, must detach all policies first.").WithStatus(http.StatusConflict)
	}
	return nil
}

func detach(c *call, inline, attached []string) error {
	for _, id := range inline {
		if err := provider.IgnoreMissing(c.P.Store.Delete(rolePolicyType, id)); err != nil {
			return err
		}
	}
	for _, id := range attached {
		if err := provider.IgnoreMissing(c.P.Store.Delete(attachmentType, id)); err != nil {
			return err
		}
	}
	return nil
}

func removePolicy(c *call) error {
	attached, err := c.P.Store.IDs(attachmentType, "")
	if err != nil {
		return err
	}
	for _, id := range attached {
		if strings.HasSuffix(id, "/"+c.ID) {
			return provider.Refuse("DeleteConflict", "Cannot delete a policy attached to entities.").WithStatus(http.StatusConflict)
		}
	}
	return nil
}

// trust says whether a role exists and lets a service assume it.
type trust struct{ exists, assumable bool }

// trusts looks at a role by its ARN. A role of another account does not exist here.
func trusts(c *call, arn, service string) (trust, error) {
	doc, err := c.Get(roleType, arn[strings.LastIndexByte(arn, '/')+1:])
	if err != nil || doc == nil || doc.Outputs["arn"] != arn {
		return trust{}, err
	}
	policy, _ := doc.Outputs["assumeRolePolicy"].(string)
	return trust{exists: true, assumable: lets(policy, service)}, nil
}

// words is a JSON string or list of strings.
type words []string

func (w *words) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*w = words{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(w))
}

// lets reports whether a trust policy lets a service assume the role.
func lets(policy, service string) bool {
	var doc struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(policy), &doc) != nil {
		return false
	}
	type statement struct {
		Effect    string
		Action    words
		Principal json.RawMessage
	}
	var list []statement
	if json.Unmarshal(doc.Statement, &list) != nil {
		list = make([]statement, 1)
		if json.Unmarshal(doc.Statement, &list[0]) != nil {
			return false
		}
	}
	allowed := false
	for _, s := range list {
		action := slices.Contains(s.Action, "sts:AssumeRole") || slices.Contains(s.Action, "sts:*") || slices.Contains(s.Action, "*")
		if !action || !names(s.Principal, service) {
			continue
		}
		if s.Effect == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

// names reports whether a principal is the service. A wildcard stands for
// accounts, not for services.
func names(principal json.RawMessage, service string) bool {
	var p struct{ Service words }
	return json.Unmarshal(principal, &p) == nil && slices.Contains(p.Service, service)
}
