package google

import (
	"context"
	"strings"

	"google.golang.org/api/cloudbilling/v1"
	"google.golang.org/api/cloudresourcemanager/v3"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// Permissions by which a project is made, and paid for. Source:
// https://cloud.google.com/resource-manager/docs/creating-managing-projects and
// https://cloud.google.com/billing/docs/how-to/modify-project.
const (
	createProjects = "resourcemanager.projects.create"
	linkBilling    = "billing.resourceAssociations.create"
)

// mayCreate asks whether the project can be made where it should be, and paid for.
func (c *checker) mayCreate(ctx context.Context, p Project) (found []Finding) {
	if c.Quick {
		return nil
	}
	ask := &cloudresourcemanager.TestIamPermissionsRequest{Permissions: []string{createProjects}}
	var has *cloudresourcemanager.TestIamPermissionsResponse
	var err error
	switch kind, _, _ := strings.Cut(p.Create.Parent, "/"); kind {
	case "folders":
		has, err = c.client.projects.Folders.TestIamPermissions(p.Create.Parent, ask).Context(ctx).Do()
	case "organizations":
		has, err = c.client.projects.Organizations.TestIamPermissions(p.Create.Parent, ask).Context(ctx).Do()
	}
	if p.Create.Parent != "" {
		found = append(found, permitted(p.Create.Parent, createProjects, err == nil && len(has.Permissions) > 0, err)...)
	}
	account := "billingAccounts/" + p.Create.BillingAccount
	pays, err := c.client.billing.BillingAccounts.TestIamPermissions(account,
		&cloudbilling.TestIamPermissionsRequest{Permissions: []string{linkBilling}}).Context(ctx).Do()
	return append(found, permitted(account, linkBilling, err == nil && len(pays.Permissions) > 0, err)...)
}

// permitted is what came of asking for one permission on a thing.
func permitted(on, permission string, has bool, err error) []Finding {
	name := "permissions on " + on
	if err != nil {
		kind, reason := faultOf(err)
		return []Finding{{Check: name, Level: check.Warning, Fault: kind, Summary: "whether the project can be made there is not known", Detail: reason,
			Hint: "look at gcp.create_project"}}
	}
	if !has {
		return []Finding{lacks(name, []string{permission})}
	}
	return []Finding{{Check: name, Level: check.OK, Summary: permission}}
}
