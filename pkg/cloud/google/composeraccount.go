package google

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/api/cloudresourcemanager/v3"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
	"github.com/dorc-dev/dorc/pkg/composer"
)

const (
	// workerRole lets an account be that of an environment.
	// https://cloud.google.com/composer/docs/composer-3/access-control
	workerRole = "roles/composer.worker"
	// agentRole lets Composer's agent tie the account to the cluster of an environment
	// of generation 2: on the account, or on the project.
	// https://cloud.google.com/composer/docs/composer-2/create-environments#grant-permissions
	agentRole = "roles/composer.ServiceAgentV2Ext"
)

// agentOf is Composer's agent in a project.
func agentOf(number string) string {
	return "serviceAccount:service-" + number + "@cloudcomposer-accounts.iam.gserviceaccount.com"
}

// prepared looks whether an account that someone else manages may be that of a new
// environment. Composer finds out that it may not after most of an hour.
func (c *checker) prepared(ctx context.Context, p Project, w Wanted, number string) []Finding {
	if w.Account == "" {
		return nil
	}
	name := "account of " + w.Name
	onAccount, err := c.client.accounts.Projects.ServiceAccounts.GetIamPolicy("projects/-/serviceAccounts/" + w.Account).Context(ctx).Do()
	if err != nil {
		kind, reason := faultOf(err)
		if kind == check.Absent {
			return []Finding{{Check: name, Level: check.Missing, Fault: kind, Summary: "the service account does not exist", Detail: w.Account,
				Hint: "gcp.composer.service_account names it, and use_externally_managed_composer_sa says that someone else makes it"}}
		}
		return []Finding{notReadable(name, kind, reason)}
	}
	onProject, err := c.client.projects.Projects.GetIamPolicy("projects/"+p.ID, &cloudresourcemanager.GetIamPolicyRequest{}).Context(ctx).Do()
	if err != nil {
		kind, reason := faultOf(err)
		return []Finding{notReadable(name, kind, reason)}
	}
	has := func(role, member string) bool {
		return slices.ContainsFunc(onProject.Bindings, func(b *cloudresourcemanager.Binding) bool {
			return b.Role == role && slices.Contains(b.Members, member)
		})
	}
	var found []Finding
	member := "serviceAccount:" + w.Account
	if !has(workerRole, member) {
		found = append(found, Finding{
			Check: name, Level: check.Missing, Fault: check.Denied, Summary: "the service account may not be that of an environment", Detail: w.Account + " has not " + workerRole + " in " + p.ID,
			Hint: "gcloud projects add-iam-policy-binding " + p.ID + " --role " + workerRole + " --member " + member,
		})
	}
	agent := agentOf(number)
	granted := has(agentRole, agent)
	for _, b := range onAccount.Bindings {
		granted = granted || b.Role == agentRole && slices.Contains(b.Members, agent)
	}
	if image, ok := composer.ParseImage(w.Image); ok && image.Generation == 2 && !granted {
		found = append(found, Finding{
			Check: name, Level: check.Missing, Fault: check.Denied, Summary: "Composer's agent may not use the service account",
			Detail: strings.TrimPrefix(agent, "serviceAccount:") + " has not " + agentRole + " on " + w.Account + ", which environments of Composer 2 need",
			Hint:   "gcloud iam service-accounts add-iam-policy-binding " + w.Account + " --role " + agentRole + " --member " + agent,
		})
	}
	if len(found) == 0 {
		found = append(found, Finding{Check: name, Level: check.OK, Summary: w.Account})
	}
	return found
}

func notReadable(name string, kind check.Fault, reason string) Finding {
	return Finding{Check: name, Level: check.Warning, Fault: kind, Summary: "whether the service account has its roles is not known", Detail: reason,
		Hint: "grant roles/iam.securityReviewer to have it looked at"}
}
