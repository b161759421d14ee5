package gcp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/workflows"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	workflowType = "gcp:workflows/workflow:Workflow"
	workflowPath = "projects/{project}/locations/{region}/workflows/{name}"
)

var workflowKinds = []*kind{
	behind(workflowsAPI, &kind{
		Token: workflowType, Facts: "google_workflows_workflow",
		Args: provider.ArgsOf[workflows.WorkflowArgs](), State: provider.TypeOf[workflows.Workflow](),
		Rename: effective, Service: "Workflows", Noun: "Workflow",
		Operations: operations{Create: "workflows.create", Update: "workflows.patch", Delete: "workflows.delete"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 64},
		Same: func(property, old, now string) bool {
			return old == now || property == "serviceAccount" && last(old) == last(now)
		},
		ID:        path(workflowPath),
		Canonical: canonical(workflowPath),
		Outputs: []output{
			projectOutput, regionOutput, created("createTime"), updated("updateTime"),
			constant("description", ""),
			{Name: "revisionId", Value: revision},
			{Name: "serviceAccount", Over: true, Value: workflowAccount},
			constant("state", "ACTIVE"),
		},
		Refuse: func(c *check) {
			if c.In.HasValue("cryptoKeyName") {
				c.Fail("cryptoKeyName", "the local cloud has no keys of one's own: leave out cryptoKeyName")
			}
		},
		Verify: func(c *call) error {
			ok, err := accountExists(c, project(c), c.Str("serviceAccount"))
			if err == nil && !ok {
				return badRequest("request contains errors: workflow.service_account: the referenced service account %q is invalid, "+
					"please verify the correctness of the service account name", c.Str("serviceAccount"))
			}
			return err
		},
		Exists:  func(c *call) *refusal { return alreadyExists("Resource '%s' already exists", c.ID) },
		Missing: func(c *call) *refusal { return notFound("Resource '%s' was not found", c.ID) },
	}),
}

// workflowAccount is the account in the form in which Workflows returns it.
func workflowAccount(c *call) any {
	account := c.Str("serviceAccount")
	switch {
	case account == "":
		account = defaultAccount(project(c))
	case strings.HasPrefix(account, "projects/"):
		return account
	}
	return accountName(project(c), account)
}

// revision counts the changes of what makes a new revision: the definition, the
// account, the variables and the key.
// https://cloud.google.com/workflows/docs/creating-updating-workflow
func revision(c *call) any {
	made := []any{c.Str("sourceContents"), workflowAccount(c)}
	if v, ok := c.At("userEnvVars"); ok {
		made = append(made, provider.Plain(v))
	} else {
		made = append(made, nil)
	}
	sum := sha256.Sum256(fmt.Append(nil, made...))
	hash, count := hex.EncodeToString(sum[:])[:3], 0
	if old, ok := c.Old["revisionId"].(string); ok {
		was := fmt.Append(nil, text(c.Old["sourceContents"]), text(c.Old["serviceAccount"]), c.Old["userEnvVars"])
		if string(was) == string(fmt.Append(nil, made...)) {
			return old
		}
		if _, err := fmt.Sscanf(old, "%d-", &count); err != nil {
			count = 0
		}
	}
	if c.Preview && c.Old != nil {
		c.Unknown()
	}
	return fmt.Sprintf("%06d-%s", count+1, hash)
}

// text is a string of a document, or "".
func text(v any) string {
	s, _ := v.(string)
	return s
}
