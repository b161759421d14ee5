package infra

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// policy is an IAM policy document. Source:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type policy struct {
	Version   string
	Statement []statement
}

// statement grants or denies actions on resources. The fields stand in the order
// in which AWS's documentation shows them, and a map is written in key order, so
// the same policy is always the same text.
type statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal any                  `json:",omitempty"`
	Action    []string             `json:",omitempty"`
	Resource  []string             `json:",omitempty"`
	Condition map[string]condition `json:",omitempty"`
}

// condition has the values of condition keys.
type condition map[string]any

// policyVersion is the current version of the policy language.
const policyVersion = "2012-10-17"

// maxInlinePolicy is how many characters all inline policies of a role may have
// together. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxInlinePolicy = 10240

func (p policy) json() (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		return "", err
	}
	return string(bytes.TrimSpace(b.Bytes())), nil
}

// inline is the policy's text as a role's only inline policy.
func (p policy) inline(role string) (string, error) {
	text, err := p.json()
	if err != nil {
		return "", err
	}
	if len(text) > maxInlinePolicy {
		return "", problem.Problem{
			Resource: "role " + role,
			Summary:  "the role's policy is longer than AWS allows",
			Detail: fmt.Sprintf("%d characters, at most %d are allowed "+
				"(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html); every data bucket adds its ARN twice",
				len(text), maxInlinePolicy),
			Hint: "Use fewer data_buckets with more prefixes, or give access to some by a policy of your own " +
				"in additional_lambda_role_policy_arn.",
		}
	}
	return text, nil
}

func allow(sid string, actions, resources []string) statement {
	return statement{Sid: sid, Effect: "Allow", Action: actions, Resource: resources}
}

// trust lets a service take on a role. A service that sends the account for
// which it acts may do so only for this account.
func trust(service, account string) policy {
	s := statement{
		Effect:    "Allow",
		Principal: map[string]string{"Service": service},
		Action:    []string{"sts:AssumeRole"},
	}
	if account != "" {
		s.Condition = map[string]condition{"StringEquals": {"aws:SourceAccount": account}}
	}
	return policy{Version: policyVersion, Statement: []statement{s}}
}
