package googlerules

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	accountSource = "https://cloud.google.com/iam/docs/service-accounts-create"
	memberSource  = "https://cloud.google.com/iam/docs/principal-identifiers"
	roleSource    = "https://cloud.google.com/iam/docs/roles-overview"
	projectSource = "https://cloud.google.com/resource-manager/docs/creating-managing-projects"
	serviceSource = "https://cloud.google.com/service-usage/docs/enable-disable"
)

var (
	accountID    = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$`)
	accountEmail = regexp.MustCompile(`^[a-z0-9.:-]+@[a-z0-9.:-]+\.gserviceaccount\.com$`)
	email        = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	domain       = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
	role         = regexp.MustCompile(`^(roles/[a-zA-Z0-9_.]+|(projects|organizations)/[a-z0-9:.-]+/roles/[a-zA-Z0-9_.]+)$`)
	projectID    = regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`)
	projectName  = regexp.MustCompile(`^[A-Za-z0-9'"! -]{4,30}$`)
	billing      = regexp.MustCompile(`^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$`)
	digitsOnly   = regexp.MustCompile(`^[0-9]+$`)
	serviceName  = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

// whyNoMember says why a text is no principal of an IAM policy, or "".
func whyNoMember(v string) string {
	kind, name, colon := strings.Cut(v, ":")
	switch {
	case v == "allUsers" || v == "allAuthenticatedUsers":
		return ""
	case !colon:
		return "IAM members must have one of the values outlined on the page: user:, serviceAccount:, group:, domain: with a name, allUsers or allAuthenticatedUsers"
	case kind == "serviceAccount" && strings.HasPrefix(name, "{"):
		return "" // a template of a workload identity
	case kind == "serviceAccount" && strings.Contains(name, ".svc.id.goog["):
		return "" // an account of Kubernetes
	case kind == "serviceAccount" && strings.ToLower(name) != name:
		return "an account's address is in lower case"
	case kind == "serviceAccount" && !accountEmail.MatchString(name):
		return "a service account's address ends in .gserviceaccount.com"
	case (kind == "user" || kind == "group") && !email.MatchString(name):
		return "it needs an e-mail address"
	case kind == "domain" && !domain.MatchString(name):
		return "it needs a domain, such as example.com"
	}
	switch kind {
	case "user", "serviceAccount", "group", "domain", "principal", "principalSet", "deleted", "projectOwner", "projectEditor", "projectViewer", "principalHierarchy":
		return ""
	}
	return fmt.Sprintf("%q is not a kind of IAM members", kind)
}

// IsProject reports whether a text can be the ID of a project.
func IsProject(v string) bool { return projectID.MatchString(v) }

var (
	isMember = text(whyNoMember)
	isRole   = pattern(role, "a role is roles/<service>.<role>, or projects/<project>/roles/<role> for one of your own")
	// isAccount wants a service account's address, also with the path before it.
	isAccount = optional(text(func(v string) string {
		if name := v[strings.LastIndexByte(v, '/')+1:]; !accountEmail.MatchString(name) && !digitsOnly.MatchString(name) {
			return "a service account's address ends in .gserviceaccount.com"
		}
		return ""
	}))
	isProject = pattern(projectID, "a project's ID has 6 to 30 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen")
)

var _ = register("gcp:serviceaccount/account:Account", table{values: []row{
	{"accountId", pattern(accountID, "an account's ID has 6 to 30 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen"), accountSource},
	{"displayName", length(0, 100), accountSource},
	{"description", length(0, 256), accountSource},
}})

var _ = register("gcp:serviceaccount/iAMMember:IAMMember", table{values: []row{
	{"member", isMember, memberSource},
	{"role", isRole, roleSource},
	{"serviceAccountId", text(func(v string) string {
		if !strings.HasPrefix(v, "projects/") || !strings.Contains(v, "/serviceAccounts/") {
			return "it is projects/<project>/serviceAccounts/<address>, the name of an account"
		}
		return ""
	}), accountSource},
}})

var _ = register("gcp:projects/iAMMember:IAMMember", table{
	values: []row{
		{"member", isMember, memberSource},
		{"role", isRole, roleSource},
	},
	whole: func(in inputs) []Failure {
		if m := in.Str("member"); m == "allUsers" || m == "allAuthenticatedUsers" {
			return []Failure{{Property: "member", Source: memberSource,
				Reason: fmt.Sprintf("invalid value for member (a project cannot be open to everyone), got %q", m)}}
		}
		return nil
	},
})

// retiredServices cannot be enabled any more.
var retiredServices = []string{"dataproc-control.googleapis.com", "source.googleapis.com", "stackdriverprovisioning.googleapis.com", "bigquery-json.googleapis.com"}

var _ = register("gcp:projects/service:Service", table{values: []row{
	{"service", text(func(v string) string {
		for _, old := range retiredServices {
			if v == old {
				return fmt.Sprintf("expected service to not match any of %v", retiredServices)
			}
		}
		if !serviceName.MatchString(v) {
			return "an API's name is a domain, such as dataflow.googleapis.com"
		}
		return ""
	}), serviceSource},
}})

var _ = register("gcp:organizations/project:Project", table{values: []row{
	{"projectId", isProject, projectSource},
	{"name", pattern(projectName, "a project's name has 4 to 30 letters, digits, spaces and ' \" ! -"), projectSource},
	{"billingAccount", optional(pattern(billing, "a billing account is 012345-6789AB-CDEF01")), "https://cloud.google.com/billing/docs/how-to/find-billing-account-id"},
	{"orgId", optional(pattern(digitsOnly, "an organization's ID is a number")), projectSource},
	{"folderId", optional(pattern(regexp.MustCompile(`^(folders/)?[0-9]+$`), "a folder's ID is a number")), projectSource},
	{"deletionPolicy", oneOf("PREVENT", "ABANDON", "DELETE"), "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project"},
}})
