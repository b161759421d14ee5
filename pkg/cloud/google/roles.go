package google

import "strings"

// roleOf is the smallest predefined role that has a permission and that a person
// would grant to who deploys. Keys ending in a dot stand for all permissions that
// begin so and have no key of their own. Source: the pages below
// https://cloud.google.com/iam/docs/roles-permissions.
var roleOf = map[string]string{
	"artifactregistry.": "roles/artifactregistry.admin",
	"artifactregistry.repositories.downloadArtifacts": "roles/artifactregistry.reader",
	"artifactregistry.repositories.uploadArtifacts":   "roles/artifactregistry.writer",
	"bigquery.":                             "roles/bigquery.admin",
	"bigquery.jobs.":                        "roles/bigquery.jobUser",
	"billing.":                              "roles/billing.user",
	"billing.resourceAssociations.":         "roles/billing.user",
	"cloudscheduler.":                       "roles/cloudscheduler.admin",
	"composer.":                             "roles/composer.admin",
	"compute.":                              "roles/compute.networkAdmin",
	"compute.firewalls.":                    "roles/compute.securityAdmin",
	"compute.instances.":                    "roles/compute.instanceAdmin.v1",
	"dataflow.":                             "roles/dataflow.developer",
	"dataflow.jobs.get":                     "roles/dataflow.viewer",
	"dataflow.jobs.list":                    "roles/dataflow.viewer",
	"dataflow.messages.list":                "roles/dataflow.viewer",
	"dataflow.metrics.get":                  "roles/dataflow.viewer",
	"iam.serviceAccounts.":                  "roles/iam.serviceAccountAdmin",
	"iam.serviceAccounts.actAs":             "roles/iam.serviceAccountUser",
	"iam.serviceAccounts.getAccessToken":    "roles/iam.serviceAccountTokenCreator",
	"logging.":                              "roles/logging.logWriter",
	"logging.logEntries.list":               "roles/logging.viewer",
	"resourcemanager.projects.":             "roles/browser",
	"resourcemanager.projects.get":          "roles/browser",
	"resourcemanager.projects.delete":       "roles/resourcemanager.projectDeleter",
	"resourcemanager.projects.create":       "roles/resourcemanager.projectCreator",
	"resourcemanager.projects.getIamPolicy": "roles/resourcemanager.projectIamAdmin",
	"resourcemanager.projects.setIamPolicy": "roles/resourcemanager.projectIamAdmin",
	"secretmanager.":                        "roles/secretmanager.admin",
	"secretmanager.versions.access":         "roles/secretmanager.secretAccessor",
	"serviceusage.":                         "roles/serviceusage.serviceUsageAdmin",
	"serviceusage.services.get":             "roles/serviceusage.serviceUsageViewer",
	"serviceusage.services.list":            "roles/serviceusage.serviceUsageViewer",
	"serviceusage.services.use":             "roles/serviceusage.serviceUsageConsumer",
	"storage.":                              "roles/storage.admin",
	"storage.objects.":                      "roles/storage.objectAdmin",
	"storage.objects.get":                   "roles/storage.objectViewer",
	"storage.objects.list":                  "roles/storage.objectViewer",
	"workflows.":                            "roles/workflows.editor",
	"workflows.executions.create":           "roles/workflows.invoker",
	"workflows.executions.get":              "roles/workflows.viewer",
	"workflows.executions.list":             "roles/workflows.viewer",
	"workflows.workflows.get":               "roles/workflows.viewer",
}

// within are the roles that another has whole, by that other.
var within = map[string][]string{
	"roles/artifactregistry.admin":         {"roles/artifactregistry.reader", "roles/artifactregistry.writer"},
	"roles/artifactregistry.writer":        {"roles/artifactregistry.reader"},
	"roles/dataflow.developer":             {"roles/dataflow.viewer"},
	"roles/serviceusage.serviceUsageAdmin": {"roles/serviceusage.serviceUsageConsumer", "roles/serviceusage.serviceUsageViewer"},
	"roles/secretmanager.admin":            {"roles/secretmanager.secretAccessor"},
	"roles/storage.admin":                  {"roles/storage.objectAdmin", "roles/storage.objectViewer"},
	"roles/storage.objectAdmin":            {"roles/storage.objectViewer"},
	"roles/workflows.editor":               {"roles/workflows.invoker", "roles/workflows.viewer"},
}

// Role is a predefined role that has the permission, or "" when dorc knows none.
func Role(permission string) string {
	if role, ok := roleOf[permission]; ok {
		return role
	}
	for prefix := permission; ; {
		at := strings.LastIndexByte(strings.TrimSuffix(prefix, "."), '.')
		if at < 0 {
			return ""
		}
		prefix = prefix[:at+1]
		if role, ok := roleOf[prefix]; ok {
			return role
		}
	}
}
