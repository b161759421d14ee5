package aws

import (
	"os"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	repositoryType       = "aws:ecr/repository:Repository"
	lifecyclePolicyType  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	repositoryPolicyType = "aws:ecr/repositoryPolicy:RepositoryPolicy"
)

var ecrKinds = []*kind{
	{
		Token: repositoryType, Facts: "aws_ecr_repository",
		Args: provider.ArgsOf[ecr.RepositoryArgs](), State: provider.TypeOf[ecr.Repository](),
		Service: "ECR", Noun: "Repository",
		Operations: operations{Create: "CreateRepository", Update: "TagResource", Delete: "DeleteRepository"},
		Auto:       &autoname{Property: "name", Max: 256, Lower: true},
		ID:         func(c *call) string { return c.Str("name") },
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return arn(c, "ecr", "repository/%s", c.Str("name")) }},
			{Name: "registryId", Value: registryID},
			{Name: "repositoryUrl", Value: func(c *call) any { return registry(c.P) + "/" + c.Str("name") }},
		},
		Remove: removeImages,
		Exists: func(c *call) *refusal {
			return provider.Refuse("RepositoryAlreadyExistsException",
				"The repository with name '%s' already exists in the registry with id '%s'", c.ID, c.P.Account)
		},
		Missing:  missingRepository,
		Children: []child{{Token: lifecyclePolicyType}, {Token: repositoryPolicyType}},
	},
	{
		Token: lifecyclePolicyType, Facts: "aws_ecr_lifecycle_policy",
		Args: provider.ArgsOf[ecr.LifecyclePolicyArgs](), State: provider.TypeOf[ecr.LifecyclePolicy](),
		Service: "ECR", Noun: "Lifecycle Policy",
		Operations: operations{Create: "PutLifecyclePolicy", Update: "PutLifecyclePolicy", Delete: "DeleteLifecyclePolicy"},
		Documents:  []string{"policy"}, Upsert: true,
		ID:      func(c *call) string { return c.Str("repository") },
		Outputs: []output{{Name: "registryId", Value: registryID}},
		Verify:  verifyRepository,
		Missing: func(c *call) *refusal {
			return provider.Refuse("LifecyclePolicyNotFoundException",
				"Lifecycle policy does not exist for the repository with name '%s' in the registry with id '%s'", c.ID, c.P.Account)
		},
	},
	{
		Token: repositoryPolicyType, Facts: "aws_ecr_repository_policy",
		Args: provider.ArgsOf[ecr.RepositoryPolicyArgs](), State: provider.TypeOf[ecr.RepositoryPolicy](),
		Service: "ECR", Noun: "Repository Policy",
		Operations: operations{Create: "SetRepositoryPolicy", Update: "SetRepositoryPolicy", Delete: "DeleteRepositoryPolicy"},
		Documents:  []string{"policy"}, Upsert: true,
		ID:      func(c *call) string { return c.Str("repository") },
		Outputs: []output{{Name: "registryId", Value: registryID}},
		Verify:  verifyRepository,
		Missing: func(c *call) *refusal {
			return provider.Refuse("RepositoryPolicyNotFoundException",
				"Repository policy does not exist for the repository with name '%s' in the registry with id '%s'", c.ID, c.P.Account)
		},
	},
}

func registryID(c *call) any { return c.P.Account }

// registry is the host of the account's image registry.
func registry(p *Provider) string {
	return p.Account + ".dkr.ecr." + p.Region + "." + domain(p)
}

func missingRepository(c *call) *refusal { return noRepository(c, c.ID) }

func noRepository(c *call, name string) *refusal {
	return provider.Refuse("RepositoryNotFoundException",
		"The repository with name '%s' does not exist in the registry with id '%s'", name, c.P.Account)
}

func verifyRepository(c *call) error {
	ok, err := c.Exists(repositoryType, c.Str("repository"))
	if err == nil && !ok {
		return noRepository(c, c.Str("repository"))
	}
	return err
}

// removeImages deletes the images with forceDelete, and refuses without it.
func removeImages(c *call) error {
	dir := c.P.Store.Layout().Images(c.ID)
	if !c.Bool("forceDelete") {
		has, err := hasImages(dir)
		if err != nil {
			return err
		}
		if has {
			return provider.Refuse("RepositoryNotEmptyException",
				"The repository with name '%s' in registry with id '%s' cannot be deleted because it still contains images",
				c.ID, c.P.Account)
		}
	}
	// A repository's name may be the start of another's, as in a and a/b: only what
	// an OCI layout consists of goes, and the folder when nothing else is in it.
	return removeLayout(dir, os.RemoveAll)
}
