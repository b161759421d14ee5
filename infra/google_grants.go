package infra

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/artifactregistry"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/projects"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/secretmanager"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/serviceaccount"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/config"
)

// Roles of the whole Google project, where Google has none of a single resource.
// An account that someone else manages gets none of them.
var (
	// https://cloud.google.com/dataflow/docs/concepts/security-and-permissions#worker-service-account
	workerRoles = []string{"roles/dataflow.worker"}
	// The workflow launches jobs, looks at them and cancels them, and writes its log:
	// https://cloud.google.com/dataflow/docs/concepts/access-control
	// https://cloud.google.com/workflows/docs/log-workflow#access-logs
	workflowRoles = []string{"roles/dataflow.developer", "roles/logging.logWriter"}
	// Workflows have no policies of their own:
	// https://cloud.google.com/workflows/docs/use-iam-for-access
	schedulerRoles = []string{"roles/workflows.invoker"}
	// Whoever reads or writes BigQuery does it by a job. The role sees no data; the
	// datasets are granted by those who have them:
	// https://cloud.google.com/bigquery/docs/access-control#bigquery.jobUser
	bigQueryRoles = []string{"roles/bigquery.jobUser"}
)

// grant grants each account what it needs. A grant names one account and one
// role, and leaves what others have granted alone.
func (g *Google) grant(s *googleScope) error {
	worker, workflows, scheduler := workerRoles, workflowRoles, schedulerRoles
	if slices.Contains(s.Universal.APIs, config.BigQueryAPI) {
		worker, workflows = slices.Concat(worker, bigQueryRoles), slices.Concat(workflows, bigQueryRoles)
	}
	for _, of := range []struct {
		logical string
		account *GoogleAccount
		roles   []string
	}{
		{"dataflow", g.DataflowWorker, worker},
		{"workflows", g.Workflows, workflows},
		{"scheduler", g.Scheduler, scheduler},
	} {
		if _, err := s.grantProject(of.logical, of.account, of.roles); err != nil {
			return err
		}
	}
	if err := g.grantBuckets(s); err != nil {
		return err
	}
	if err := g.grantSecrets(s); err != nil {
		return err
	}
	if err := s.grantRepository("dataflow-images", g.DataflowWorker); err != nil {
		return err
	}
	return s.grantActAs(g.Workflows, g.DataflowWorker)
}

// grantProject grants roles of the Google project, and gives the grants.
func (s *googleScope) grantProject(logical string, account *GoogleAccount, roles []string) (granted []pulumi.Resource, err error) {
	if account.Resource == nil {
		return nil, nil
	}
	for _, role := range roles {
		member, err := projects.NewIAMMember(s.ctx, logical+"-"+strings.TrimPrefix(role, "roles/"), &projects.IAMMemberArgs{
			Project: pulumi.String(s.ProjectID), Role: pulumi.String(role), Member: account.Member,
		}, s.needs("cloudresourcemanager"))
		if err != nil {
			return nil, err
		}
		granted = append(granted, member)
	}
	return granted, nil
}

// grantBuckets lets workers read and write the environment's buckets. A workflow
// reads the template that it launches.
func (g *Google) grantBuckets(s *googleScope) error {
	grant := func(logical string, bucket *storage.Bucket, role string, account *GoogleAccount) error {
		_, err := storage.NewBucketIAMMember(s.ctx, logical, &storage.BucketIAMMemberArgs{
			Bucket: bucket.Name, Role: pulumi.String(role), Member: account.Member,
		}, s.parent)
		return err
	}
	if err := grant("dataflow-bucket", g.Bucket, "roles/storage.objectAdmin", g.DataflowWorker); err != nil {
		return err
	}
	if err := grant("workflows-bucket", g.Bucket, "roles/storage.objectViewer", g.Workflows); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(g.DataBuckets)) {
		if err := grant("dataflow-data-bucket-"+name, g.DataBuckets[name], "roles/storage.objectAdmin", g.DataflowWorker); err != nil {
			return err
		}
	}
	return nil
}

func (g *Google) grantSecrets(s *googleScope) error {
	for _, profile := range slices.Sorted(maps.Keys(g.Secrets)) {
		secret := g.Secrets[profile].Resource
		if _, err := secretmanager.NewSecretIamMember(s.ctx, "dataflow-secret-"+profile, &secretmanager.SecretIamMemberArgs{
			Project: secret.Project, SecretId: secret.SecretId,
			Role: pulumi.String("roles/secretmanager.secretAccessor"), Member: g.DataflowWorker.Member,
		}, s.parent); err != nil {
			return err
		}
	}
	return nil
}

// grantRepository lets an account pull images. The repository is universal's, in
// its Google project.
func (s *googleScope) grantRepository(logical string, account *GoogleAccount) error {
	u := s.Universal
	_, err := artifactregistry.NewRepositoryIamMember(s.ctx, logical, &artifactregistry.RepositoryIamMemberArgs{
		Project: pulumi.String(u.ProjectID), Location: pulumi.String(u.Region), Repository: pulumi.String(s.repository),
		Role: pulumi.String("roles/artifactregistry.reader"), Member: account.Member,
	}, s.parent)
	return err
}

// grantActAs lets workflows start workers as the workers' account, and as no other.
func (s *googleScope) grantActAs(workflows, worker *GoogleAccount) error {
	if worker.Resource == nil {
		return nil // it is not dorc's to grant
	}
	_, err := serviceaccount.NewIAMMember(s.ctx, "workflows-act-as-dataflow", &serviceaccount.IAMMemberArgs{
		ServiceAccountId: worker.Resource.Name,
		Role:             pulumi.String("roles/iam.serviceAccountUser"), Member: workflows.Member,
	}, s.parent)
	return err
}
