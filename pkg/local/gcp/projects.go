package gcp

import (
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/organizations"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/projects"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	projectType       = "gcp:organizations/project:Project"
	serviceType       = "gcp:projects/service:Service"
	projectMemberType = "gcp:projects/iAMMember:IAMMember"
)

// effective is how the facts call the labels that Pulumi calls its own.
var effective = map[string]string{"terraform_labels": "pulumiLabels"}

var projectKinds = []*kind{
	{
		Token: projectType, Facts: "google_project",
		Args: provider.ArgsOf[organizations.ProjectArgs](), State: provider.TypeOf[organizations.Project](),
		Rename: effective, Service: "Resource Manager", Noun: "Project",
		Operations: operations{Create: "projects.create", Update: "projects.update", Delete: "projects.delete"},
		Auto:       &autoname{Property: "projectId", Max: 30, Lower: true, Also: "name"},
		ID:         func(c *call) string { return "projects/" + c.Str("projectId") },
		Canonical:  canonicalProject,
		Outputs: []output{
			{Name: "number", Value: func(c *call) any { return number(c.Str("projectId")) }},
			constant("skipDelete", false),
		},
		Verify: verifyProject,
		Remove: removeProject,
		Children: []child{{Token: stillEnabled, Prefix: func(c *call) string {
			return last(c.ID) + "/"
		}}},
		Exists: func(*call) *refusal { return alreadyExists("Requested entity already exists") },
		Missing: func(c *call) *refusal {
			return forbidden("The caller does not have permission to %s, or it does not exist", c.ID)
		},
	},
	{
		Token: serviceType, Facts: "google_project_service",
		Args: provider.ArgsOf[projects.ServiceArgs](), State: provider.TypeOf[projects.Service](),
		Service: "Service Usage", Noun: "Service",
		Operations: operations{Create: "services.enable", Update: "services.enable", Delete: "services.disable"},
		Upsert:     true,
		ID:         func(c *call) string { return project(c) + "/" + c.Str("service") },
		Canonical: func(p *Provider, id string) string {
			if !strings.Contains(id, "/") {
				return p.Account + "/" + id
			}
			return id
		},
		Outputs: []output{projectOutput},
		Remove:  leaveEnabled,
		Missing: func(c *call) *refusal { return notFound("Service %s is not enabled.", c.ID) },
	},
	member(&kind{
		Token: projectMemberType, Facts: "google_project_iam_member",
		Args: provider.ArgsOf[projects.IAMMemberArgs](), State: provider.TypeOf[projects.IAMMember](),
		Service: "Resource Manager", Noun: "Project IAM Member",
	}, policy{
		resource: func(c *call) string { return project(c) },
		verify:   func(c *call) (string, error) { return project(c), verifyEnabled(c, project(c), managerAPI) },
	}),
}

func canonicalProject(_ *Provider, id string) string { return "projects/" + last(id) }

// verifyProject refuses a project that is in two places, which the provider's
// schema leaves to the API.
func verifyProject(c *call) error {
	if c.Str("orgId") != "" && c.Str("folderId") != "" {
		return badRequest("A project has one parent: org_id or folder_id.")
	}
	return nil
}

// removeProject refuses what the provider refuses. Google deletes what is in the
// project with it; here such documents stay, for the stacks that have them.
func removeProject(c *call) error {
	if c.Str("deletionPolicy") == "PREVENT" {
		return badRequest("Cannot destroy project as deletion_policy is set to PREVENT.")
	}
	return nil
}
