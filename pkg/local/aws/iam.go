package aws

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
)

const (
	roleType       = "aws:iam/role:Role"
	rolePolicyType = "aws:iam/rolePolicy:RolePolicy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	policyType     = "aws:iam/policy:Policy"
)

var iamKinds = []*kind{
	{
		token: roleType, facts: "aws_iam_role",
		args: argsOf[iam.RoleArgs](), state: typeOf[iam.Role](),
		service: "IAM", noun: "Role",
		operations: operations{"CreateRole", "UpdateRole", "DeleteRole"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 64},
		documents:  []string{"assumeRolePolicy"},
		rename:     map[string]string{"role_last_used": ""},
		id:         func(c *call) string { return c.str("name") },
		outputs: []output{
			{name: "arn", value: func(c *call) any { return c.globalARN("iam", "role%s%s", c.path(), c.str("name")) }},
			{name: "createDate", once: true, value: func(c *call) any { return c.now() }},
			{name: "uniqueId", value: func(c *call) any { return uniqueID("AROA", c.globalARN("iam", "role/%s", c.str("name"))) }},
			{name: "inlinePolicies", value: func(*call) any { return []any{} }},
			{name: "managedPolicyArns", value: func(*call) any { return []any{} }},
		},
		verify: func(c *call) error {
			for _, arn := range append(c.strings("managedPolicyArns"), c.str("permissionsBoundary")) {
				if err := verifyPolicy(c, arn); err != nil {
					return err
				}
			}
			return nil
		},
		remove: removeRole,
		exists: func(c *call) *apiError {
			return refusal("EntityAlreadyExists", "Role with name %s already exists.", c.id).status(http.StatusConflict)
		},
		missing: func(c *call) *apiError { return noRole(c.id) },
	},
	{
		token: rolePolicyType, facts: "aws_iam_role_policy",
		args: argsOf[iam.RolePolicyArgs](), state: typeOf[iam.RolePolicy](),
		service: "IAM", noun: "Role Policy",
		operations: operations{"PutRolePolicy", "PutRolePolicy", "DeleteRolePolicy"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 128},
		documents:  []string{"policy"}, upsert: true,
		id:     func(c *call) string { return c.str("role") + ":" + c.str("name") },
		verify: verifyRole,
		missing: func(c *call) *apiError {
			return refusal("NoSuchEntity", "The role policy with name %s cannot be found.", c.str("name")).status(http.StatusNotFound)
		},
	},
	{
		token: attachmentType, facts: "aws_iam_role_policy_attachment",
		args: argsOf[iam.RolePolicyAttachmentArgs](), state: typeOf[iam.RolePolicyAttachment](),
		service: "IAM", noun: "Role Policy Attachment",
		operations: operations{"AttachRolePolicy", "AttachRolePolicy", "DetachRolePolicy"},
		upsert:     true,
		id:         func(c *call) string { return c.str("role") + "/" + c.str("policyArn") },
		verify: func(c *call) error {
			if err := verifyRole(c); err != nil {
				return err
			}
			return verifyPolicy(c, c.str("policyArn"))
		},
		missing: func(c *call) *apiError {
			return refusal("NoSuchEntity", "Policy %s was not found.", c.str("policyArn")).status(http.StatusNotFound)
		},
	},
	{
		token: policyType, facts: "aws_iam_policy",
		args: argsOf[iam.PolicyArgs](), state: typeOf[iam.Policy](),
		service: "IAM", noun: "Policy",
		operations: operations{"CreatePolicy", "CreatePolicyVersion", "DeletePolicy"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 128},
		documents:  []string{"policy"},
		id:         policyARN,
		outputs: []output{
			{name: "arn", value: func(c *call) any { return policyARN(c) }},
			{name: "policyId", value: func(c *call) any { return uniqueID("ANPA", policyARN(c)) }},
			{name: "attachmentCount", once: true, value: func(*call) any { return 0.0 }},
		},
		remove: removePolicy,
		exists: func(c *call) *apiError {
			return refusal("EntityAlreadyExists", "A policy called %s already exists. Duplicate names are not allowed.",
				c.str("name")).status(http.StatusConflict)
		},
		missing: func(c *call) *apiError { return noPolicy(c.id) },
	},
}

// path is the IAM path of the inputs.
func (c *call) path() string {
	if p := c.str("path"); p != "" {
		return p
	}
	return "/"
}

func policyARN(c *call) string { return c.globalARN("iam", "policy%s%s", c.path(), c.str("name")) }

// uniqueID makes an ID as IAM gives them: four letters for the kind and 17 more.
// It is the same whenever the same thing is made.
func uniqueID(kind, arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return kind + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

func noRole(name string) *apiError {
	return refusal("NoSuchEntity", "The role with name %s cannot be found.", name).status(http.StatusNotFound)
}

func noPolicy(arn string) *apiError {
	return refusal("NoSuchEntity", "Policy %s does not exist or is not attachable.", arn).status(http.StatusNotFound)
}

func verifyRole(c *call) error {
	ok, err := c.exists(roleType, c.str("role"))
	if err == nil && !ok {
		return noRole(c.str("role"))
	}
	return err
}

// verifyPolicy accepts AWS's own policies in form only: there is no list of them here.
func verifyPolicy(c *call, arn string) error {
	if arn == "" || strings.HasPrefix(arn, "arn:"+c.p.partition()+":iam::aws:policy/") {
		return nil
	}
	ok, err := c.exists(policyType, arn)
	if err == nil && !ok {
		return noPolicy(arn)
	}
	return err
}

// removeRole refuses to delete a role that has policies, as IAM does.
func removeRole(c *call) error {
	inline, err := c.p.store.IDs(rolePolicyType, c.id+":")
	if err != nil {
		return err
	}
	attached, err := c.p.store.IDs(attachmentType, c.id+"/")
	if err != nil {
		return err
	}
	switch {
	case c.boolean("forceDetachPolicies"):
		return c.detach(inline, attached)
	case len(inline) > 0:
		return refusal("DeleteConflict", "Cannot delete entity, must delete policies first.").status(http.StatusConflict)
	case len(attached) > 0:
		return refusal("DeleteConflict", "Cannot delete entity, must detach all policies first.").status(http.StatusConflict)
	}
	return nil
}

func (c *call) detach(inline, attached []string) error {
	for _, id := range inline {
		if err := ignoreMissing(c.p.store.Delete(rolePolicyType, id)); err != nil {
			return err
		}
	}
	for _, id := range attached {
		if err := ignoreMissing(c.p.store.Delete(attachmentType, id)); err != nil {
			return err
		}
	}
	return nil
}

func removePolicy(c *call) error {
	attached, err := c.p.store.IDs(attachmentType, "")
	if err != nil {
		return err
	}
	for _, id := range attached {
		if strings.HasSuffix(id, "/"+c.id) {
			return refusal("DeleteConflict", "Cannot delete a policy attached to entities.").status(http.StatusConflict)
		}
	}
	return nil
}

// trust says whether a role exists and lets a service assume it.
type trust struct{ exists, assumable bool }

// trusts looks at a role by its ARN. A role of another account does not exist here.
func (c *call) trusts(arn, service string) (trust, error) {
	doc, err := c.get(roleType, arn[strings.LastIndexByte(arn, '/')+1:])
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
