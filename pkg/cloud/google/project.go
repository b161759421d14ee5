package google

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/api/cloudresourcemanager/v3"
	"google.golang.org/api/serviceusage/v1"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

func (p Project) name() string { return "project " + p.ID }

// enabledFirst are the APIs by which the others are enabled and looked at, so that
// they must be on before.
var enabledFirst = []string{"cloudresourcemanager.googleapis.com", "serviceusage.googleapis.com"}

// project looks at one project: the one thing after the other, since each answer
// says whether the next can be asked.
func (c *checker) project(ctx context.Context, p Project) []Finding {
	found, err := c.client.projects.Projects.Get("projects/" + p.ID).Context(ctx).Do()
	switch {
	case err != nil:
		return c.notSeen(ctx, p, err)
	case found.State != "ACTIVE":
		return []Finding{{
			Check: p.name(), Level: check.Missing, Summary: "the project is being deleted", Detail: "its state is " + found.State,
			Hint: "gcloud projects undelete " + p.ID + ", or set gcp.project_id to another",
		}}
	}
	all := []Finding{{Check: p.name(), Level: check.OK, Summary: strings.TrimSpace(found.DisplayName + " (" + strings.TrimPrefix(found.Name, "projects/") + ")")}}
	if c.Quick {
		return all
	}
	number := strings.TrimPrefix(found.Name, "projects/")
	return append(all, slices.Concat(c.apis(ctx, p), c.paid(ctx, p), c.allowed(ctx, p), c.environments(ctx, p, number))...)
}

// notSeen says why a project cannot be had. Google answers 403 for one that does
// not exist, so that nobody learns which do.
func (c *checker) notSeen(ctx context.Context, p Project, err error) []Finding {
	kind, reason := faultOf(err)
	f := Finding{Check: p.name(), Level: check.Missing, Fault: kind, Detail: reason}
	a, _ := read(err)
	switch {
	case a.reason == serviceDisabled || a.reason == "USER_PROJECT_DENIED":
		why, _ := Explain(err)
		f.Summary, f.Hint = "whether the project exists is not known: "+why.Summary, why.Hint
	case (kind == check.Denied || kind == check.Absent) && p.Create != nil:
		return append([]Finding{{Check: p.name(), Level: check.OK, Summary: "it does not exist yet; `dorc apply universal` makes it"}}, c.mayCreate(ctx, p)...)
	case kind == check.Denied || kind == check.Absent:
		f.Summary = "the project does not exist, or the credentials may not see it"
		f.Hint = "look at gcp.project_id; grant roles/browser on the project, or let dorc make it with gcp.create_project"
	case kind == check.BadCredentials:
		f.Summary, f.Hint = "Google does not accept the credentials", loginHint
	case kind == check.Unreachable:
		f.Summary, f.Hint = "Google does not answer", unreachableHint
	default:
		f.Summary, f.Hint = "Google does not say whether the project exists", "run the command again; https://status.cloud.google.com tells of outages"
	}
	return []Finding{f}
}

// apis says which of the needed APIs are off. Those that dorc enables are not missing.
func (c *checker) apis(ctx context.Context, p Project) []Finding {
	name := "APIs of " + p.ID
	wanted := slices.Compact(slices.Sorted(slices.Values(slices.Concat(enabledFirst, p.APIs))))
	var off []string
	// A request has at most 20 names (https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet).
	for part := range slices.Chunk(wanted, 20) {
		var names []string
		for _, api := range part {
			names = append(names, "projects/"+p.ID+"/services/"+api)
		}
		answered, err := c.client.services.Services.BatchGet("projects/" + p.ID).Names(names...).Context(ctx).Do()
		if err != nil {
			return []Finding{apisNotSeen(name, err)}
		}
		off = append(off, disabledOf(answered.Services)...)
	}
	first := slices.DeleteFunc(slices.Clone(off), func(api string) bool { return !slices.Contains(enabledFirst, api) })
	switch {
	case len(first) > 0:
		return []Finding{{
			Check: name, Level: check.Missing, Summary: "APIs are off that must be on before dorc can enable others", Detail: strings.Join(first, ", "),
			Hint: "gcloud services enable " + strings.Join(first, " ") + " --project=" + p.ID,
		}}
	case len(off) > 0:
		return []Finding{{Check: name, Level: check.OK, Summary: fmt.Sprintf("%d of %d are on; dorc enables %s", len(wanted)-len(off), len(wanted), strings.Join(off, ", "))}}
	}
	return []Finding{{Check: name, Level: check.OK, Summary: fmt.Sprintf("%d are on", len(wanted))}}
}

func disabledOf(services []*serviceusage.GoogleApiServiceusageV1Service) (off []string) {
	for _, s := range services {
		if s.State != "ENABLED" {
			off = append(off, s.Name[strings.LastIndexByte(s.Name, '/')+1:])
		}
	}
	return off
}

func apisNotSeen(name string, err error) Finding {
	kind, reason := faultOf(err)
	f := Finding{Check: name, Level: check.Warning, Fault: kind, Summary: "which APIs are on is not known", Detail: reason, Hint: "grant roles/serviceusage.serviceUsageViewer to have it checked"}
	if a, _ := read(err); a.reason == serviceDisabled {
		why, _ := Explain(err)
		f.Level, f.Summary, f.Hint = check.Missing, why.Summary, why.Hint
	}
	return f
}

// paid looks whether the project has a billing account. Few may see that.
func (c *checker) paid(ctx context.Context, p Project) []Finding {
	name := "billing of " + p.ID
	info, err := c.client.billing.Projects.GetBillingInfo("projects/" + p.ID).Context(ctx).Do()
	switch {
	case err != nil:
		kind, reason := faultOf(err)
		return []Finding{{Check: name, Level: check.Unknown, Fault: kind, Summary: "it cannot be seen: " + reason}}
	case !info.BillingEnabled:
		return []Finding{{
			Check: name, Level: check.Missing, Summary: "the project has no active billing account", Detail: "Dataflow, Workflows and networks need one",
			Hint: "gcloud billing projects link " + p.ID + " --billing-account=ACCOUNT",
		}}
	}
	return []Finding{{Check: name, Level: check.OK, Summary: strings.TrimPrefix(info.BillingAccountName, "billingAccounts/")}}
}

// allowed asks which permissions the credentials have in the project.
func (c *checker) allowed(ctx context.Context, p Project) []Finding {
	name := "permissions in " + p.ID
	wanted := Permissions(p.Types)
	if len(wanted) == 0 {
		return nil
	}
	var has []string
	// A request has at most 100 (https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions).
	for part := range slices.Chunk(wanted, 100) {
		answered, err := c.client.projects.Projects.TestIamPermissions("projects/"+p.ID, &cloudresourcemanager.TestIamPermissionsRequest{Permissions: part}).Context(ctx).Do()
		if err != nil {
			kind, reason := faultOf(err)
			return []Finding{{Check: name, Level: check.Warning, Fault: kind, Summary: "which permissions the credentials have is not known", Detail: reason,
				Hint: "dorc goes on; a permission that is missing shows on the resource that needs it"}}
		}
		has = append(has, answered.Permissions...)
	}
	lacking := slices.DeleteFunc(slices.Clone(wanted), func(p string) bool { return slices.Contains(has, p) })
	if len(lacking) == 0 {
		return []Finding{{Check: name, Level: check.OK, Summary: fmt.Sprintf("all %d that the resources need", len(wanted))}}
	}
	return lacksInProject(name, lacking)
}

// lacksInProject tells what a project must give from what a single resource may give
// instead, such as actAs on one account: the latter is a warning, unless its role is
// needed anyway.
func lacksInProject(name string, lacking []string) (found []Finding) {
	var must, may []string
	for _, p := range lacking {
		if ofProject(p) {
			must = append(must, p)
		}
	}
	roles, _ := byRole(must)
	for _, p := range lacking {
		if role := Role(p); !ofProject(p) && slices.ContainsFunc(roles, func(r string) bool { return r == role || slices.Contains(within[r], role) }) {
			must = append(must, p)
		} else if !ofProject(p) {
			may = append(may, p)
		}
	}
	if len(must) > 0 {
		found = append(found, lacks(name, must))
	}
	if len(may) > 0 {
		f := lacks(name, may)
		f.Level, f.Summary = check.Warning, "permissions are missing, unless single resources give them"
		found = append(found, f)
	}
	return found
}

// ofProject says that no single resource can give a permission.
func ofProject(permission string) bool {
	return strings.HasSuffix(permission, ".create") && !strings.HasPrefix(permission, "storage.objects.") ||
		strings.HasPrefix(permission, "serviceusage.") || strings.HasPrefix(permission, "resourcemanager.")
}

func lacks(name string, permissions []string) Finding {
	roles, lines := byRole(permissions)
	f := Finding{Check: name, Level: check.Missing, Fault: check.Denied, Summary: "permissions are missing", Detail: strings.Join(lines, "\n  ")}
	f.Hint = "grant " + strings.Join(roles, ", ")
	if len(roles) == 0 {
		f.Hint = "grant a role that has them (https://cloud.google.com/iam/docs/permissions-reference)"
	}
	return f
}
