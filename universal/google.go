package universal

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/artifactregistry"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/organizations"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
)

// Google is what a project has once on Google Cloud.
type Google struct {
	// Project is the Google project; nil when it is not dorc's.
	Project *organizations.Project
	// Repository has the images of every pipeline.
	Repository *artifactregistry.Repository
	// Bucket keeps artifacts.
	Bucket *storage.Bucket
}

// createGoogle creates what the block gcp describes, and adds the outputs. Every
// resource says its project and region itself, so that one provider serves all.
func (u *Universal) createGoogle(ctx *pulumi.Context, g *config.GoogleUniversal, outputs pulumi.Map) error {
	u.Google = &Google{}
	project, err := u.Google.createProject(ctx, g, component.Child(u))
	if err != nil {
		return err
	}
	apis, err := component.EnableAPIs(ctx, project, g.RequiredAPIs(), component.Child(u))
	if err != nil {
		return err
	}
	if err := u.Google.createRepository(ctx, g, project, component.Child(u), apis.Needs("artifactregistry")); err != nil {
		return err
	}
	if err := u.Google.createBucket(ctx, g, project, component.Child(u), apis.Needs("storage")); err != nil {
		return err
	}
	repository := u.Google.Repository
	outputs["gcp_project_id"] = project
	outputs["gcp_region"] = pulumi.String(g.Region)
	outputs["gcp_repository_id"] = repository.RepositoryId
	outputs["gcp_repository_url"] = pulumi.Sprintf("%s-docker.pkg.dev/%s/%s", repository.Location, repository.Project, repository.RepositoryId)
	outputs["gcp_artifacts_bucket"] = u.Google.Bucket.Name
	if u.Google.Project != nil {
		outputs["gcp_project_number"] = u.Google.Project.Number
	}
	return nil
}

// createProject creates the Google project if it is asked for. Its default
// network, which lets the internet in by SSH, is taken away.
func (g *Google) createProject(ctx *pulumi.Context, c *config.GoogleUniversal, opts ...pulumi.ResourceOption) (pulumi.StringInput, error) {
	if c.CreateProject == nil {
		return pulumi.String(c.ProjectID), nil
	}
	args := &organizations.ProjectArgs{
		ProjectId:         pulumi.String(c.ProjectID),
		Name:              pulumi.String(c.CreateProject.Name),
		BillingAccount:    pulumi.String(c.CreateProject.BillingAccountID),
		AutoCreateNetwork: pulumi.Bool(false),
	}
	if id := c.CreateProject.FolderID; id != "" {
		args.FolderId = pulumi.String(id)
	}
	if id := c.CreateProject.OrganizationID; id != "" {
		args.OrgId = pulumi.String(id)
	}
	var err error
	g.Project, err = organizations.NewProject(ctx, "gcp-project", args, opts...)
	if err != nil {
		return nil, err
	}
	return g.Project.ProjectId, nil
}

// untaggedFor is how long images without a tag are kept: 14 days, in seconds.
const untaggedFor = "1209600s"

// createRepository creates the repository of images. As in ECR, tags hold images:
// each environment keeps a tag on what it uses (lifecycle.go), so only images
// without one are deleted. Tags are not made immutable, since Artifact Registry
// would then not delete them either. Sources:
// https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy
// https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories#DockerRepositoryConfig
func (g *Google) createRepository(ctx *pulumi.Context, c *config.GoogleUniversal, project pulumi.StringInput, opts ...pulumi.ResourceOption) (err error) {
	g.Repository, err = artifactregistry.NewRepository(ctx, "images", &artifactregistry.RepositoryArgs{
		RepositoryId: pulumi.String(c.RepositoryName),
		Project:      project.ToStringOutput(),
		Location:     pulumi.String(c.Region),
		Format:       pulumi.String("DOCKER"),
		Description:  pulumi.String("Images of the pipelines"),
		CleanupPolicies: artifactregistry.RepositoryCleanupPolicyArray{
			&artifactregistry.RepositoryCleanupPolicyArgs{
				Id:     pulumi.String("used-by-no-environment"),
				Action: pulumi.String("DELETE"),
				Condition: &artifactregistry.RepositoryCleanupPolicyConditionArgs{
					TagState:  pulumi.String("UNTAGGED"),
					OlderThan: pulumi.String(untaggedFor),
				},
			},
		},
	}, opts...)
	return err
}

// noncurrentDays is how long a replaced or deleted artifact can be brought back.
const noncurrentDays = 30

func (g *Google) createBucket(ctx *pulumi.Context, c *config.GoogleUniversal, project pulumi.StringInput, opts ...pulumi.ResourceOption) (err error) {
	args := component.PrivateBucket(c.BucketName, c.Region, project)
	args.Versioning = &storage.BucketVersioningArgs{Enabled: pulumi.Bool(true)}
	args.LifecycleRules = storage.BucketLifecycleRuleArray{
		&storage.BucketLifecycleRuleArgs{
			Action: &storage.BucketLifecycleRuleActionArgs{Type: pulumi.String("Delete")},
			Condition: &storage.BucketLifecycleRuleConditionArgs{
				DaysSinceNoncurrentTime: pulumi.Int(noncurrentDays),
				NoAge:                   pulumi.Bool(true), // the plugin sends an age of 0 otherwise
				WithState:               pulumi.String("ARCHIVED"),
			},
		},
	}
	g.Bucket, err = storage.NewBucket(ctx, "artifacts", args, opts...)
	return err
}
