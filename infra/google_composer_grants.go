package infra

import (
	"slices"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/organizations"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/serviceaccount"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Roles of the whole Google project, where Google has none of a single resource.
// An account that someone else manages gets none of them.
var (
	// The worker's role is what an environment needs to run, its bucket included:
	// https://cloud.google.com/composer/docs/composer-3/access-control#service-account
	// The others are those of DOP. DAGs create datasets, which no grant on a dataset
	// can allow, and run jobs; they look at machines and change none:
	// https://cloud.google.com/bigquery/docs/access-control#bigquery.dataEditor
	// https://cloud.google.com/bigquery/docs/access-control#bigquery.jobUser
	// https://cloud.google.com/compute/docs/access/iam#compute.viewer
	composerRoles = []string{"roles/composer.worker", "roles/bigquery.dataEditor", "roles/bigquery.jobUser", "roles/compute.viewer"}
	// Only on demand: whoever starts workflows acts by them. Workflows have no policies
	// of their own: https://cloud.google.com/workflows/docs/use-iam-for-access
	startRoles = []string{"roles/workflows.invoker"}
	// dbt creates datasets and tables, and runs jobs, and does nothing else.
	dbtRoles = []string{"roles/bigquery.dataEditor", "roles/bigquery.jobUser"}
	// Tasks act as dbt by tokens that live for an hour; there are no keys:
	// https://cloud.google.com/iam/docs/service-account-impersonation
	impersonationRoles = []string{"roles/iam.serviceAccountUser", "roles/iam.serviceAccountTokenCreator"}
)

// agentRole lets Composer 2's own agent tie the environment's account to the
// accounts of its cluster, on that account alone. Source:
// https://cloud.google.com/composer/docs/composer-2/access-control#composer-sa
const agentRole = "roles/composer.ServiceAgentV2Ext"

// grant grants the two accounts what they need, and gives the grants of the
// environment's own account.
func (c *GoogleComposer) grant(s *googleScope) (granted []pulumi.Resource, err error) {
	if _, err := s.grantProject("dbt", c.Dbt, dbtRoles); err != nil {
		return nil, err
	}
	if c.ServiceAccount == nil {
		return nil, nil
	}
	if s.Composer.Existing == "" {
		roles := composerRoles
		if s.Composer.StartWorkflows {
			roles = slices.Concat(roles, startRoles)
		}
		if granted, err = s.grantProject("composer", c.ServiceAccount, roles); err != nil {
			return nil, err
		}
		agent, err := c.grantAgent(s)
		if err != nil {
			return nil, err
		}
		granted = append(granted, agent...)
	}
	// The images of dbt lie there, and pods pull them as the environment's account.
	if err := s.grantRepository("composer-images", c.ServiceAccount); err != nil {
		return nil, err
	}
	return granted, c.grantImpersonation(s)
}

// grantImpersonation lets tasks act as dbt, and as no other.
func (c *GoogleComposer) grantImpersonation(s *googleScope) error {
	if c.Dbt.Resource == nil {
		return nil // it is not dorc's to grant
	}
	for i, role := range impersonationRoles {
		if _, err := serviceaccount.NewIAMMember(s.ctx, []string{"composer-act-as-dbt", "composer-tokens-of-dbt"}[i], &serviceaccount.IAMMemberArgs{
			ServiceAccountId: c.Dbt.Resource.Name, Role: pulumi.String(role), Member: c.ServiceAccount.Member,
		}, s.parent); err != nil {
			return err
		}
	}
	return nil
}

// grantAgent lets Composer 2's agent prepare the environment's account.
func (c *GoogleComposer) grantAgent(s *googleScope) ([]pulumi.Resource, error) {
	if s.Composer.Image.Composer != 2 || c.ServiceAccount.Resource == nil {
		return nil, nil
	}
	project, err := organizations.LookupProject(s.ctx, &organizations.LookupProjectArgs{ProjectId: &s.ProjectID})
	if err != nil {
		return nil, err
	}
	member, err := serviceaccount.NewIAMMember(s.ctx, "composer-agent", &serviceaccount.IAMMemberArgs{
		ServiceAccountId: c.ServiceAccount.Resource.Name, Role: pulumi.String(agentRole),
		Member: pulumi.String("serviceAccount:service-" + project.Number + "@cloudcomposer-accounts.iam.gserviceaccount.com"),
	}, s.needs("composer"))
	if err != nil {
		return nil, err
	}
	return []pulumi.Resource{member}, nil
}
