package aws

import (
	"os"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
)

const (
	repositoryType       = "aws:ecr/repository:Repository"
	lifecyclePolicyType  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	repositoryPolicyType = "aws:ecr/repositoryPolicy:RepositoryPolicy"
)

var ecrKinds = []*kind{
	{
		token: repositoryType, facts: "aws_ecr_repository",
		args: argsOf[ecr.RepositoryArgs](), state: typeOf[ecr.Repository](),
		service: "ECR", noun: "Repository",
		operations: operations{"CreateRepository", "TagResource", "DeleteRepository"},
		auto:       &autoname{property: "name", max: 256, lower: true},
		id:         func(c *call) string { return c.str("name") },
		outputs: []output{
			{name: "arn", value: func(c *call) any { return c.arn("ecr", "repository/%s", c.str("name")) }},
			{name: "registryId", value: registryID},
			{name: "repositoryUrl", value: func(c *call) any { return c.p.registry() + "/" + c.str("name") }},
		},
		remove: removeImages,
		exists: func(c *call) *apiError {
			return refusal("RepositoryAlreadyExistsException",
				"The repository with name '%s' already exists in the registry with id '%s'", c.id, c.p.account)
		},
		missing:  missingRepository,
		children: []child{{token: lifecyclePolicyType}, {token: repositoryPolicyType}},
	},
	{
		token: lifecyclePolicyType, facts: "aws_ecr_lifecycle_policy",
		args: argsOf[ecr.LifecyclePolicyArgs](), state: typeOf[ecr.LifecyclePolicy](),
		service: "ECR", noun: "Lifecycle Policy",
		operations: operations{"PutLifecyclePolicy", "PutLifecyclePolicy", "DeleteLifecyclePolicy"},
		documents:  []string{"policy"}, upsert: true,
		id:      func(c *call) string { return c.str("repository") },
		outputs: []output{{name: "registryId", value: registryID}},
		verify:  verifyRepository,
		missing: func(c *call) *apiError {
			return refusal("LifecyclePolicyNotFoundException",
				"Lifecycle policy does not exist for the repository with name '%s' in the registry with id '%s'", c.id, c.p.account)
		},
	},
	{
		token: repositoryPolicyType, facts: "aws_ecr_repository_policy",
		args: argsOf[ecr.RepositoryPolicyArgs](), state: typeOf[ecr.RepositoryPolicy](),
		service: "ECR", noun: "Repository Policy",
		operations: operations{"SetRepositoryPolicy", "SetRepositoryPolicy", "DeleteRepositoryPolicy"},
		documents:  []string{"policy"}, upsert: true,
		id:      func(c *call) string { return c.str("repository") },
		outputs: []output{{name: "registryId", value: registryID}},
		verify:  verifyRepository,
		missing: func(c *call) *apiError {
			return refusal("RepositoryPolicyNotFoundException",
				"Repository policy does not exist for the repository with name '%s' in the registry with id '%s'", c.id, c.p.account)
		},
	},
}

func registryID(c *call) any { return c.p.account }

// registry is the host of the account's image registry.
func (p *Provider) registry() string {
	return p.account + ".dkr.ecr." + p.region + "." + p.domain()
}

func missingRepository(c *call) *apiError { return noRepository(c, c.id) }

func noRepository(c *call, name string) *apiError {
	return refusal("RepositoryNotFoundException",
		"The repository with name '%s' does not exist in the registry with id '%s'", name, c.p.account)
}

func verifyRepository(c *call) error {
	ok, err := c.exists(repositoryType, c.str("repository"))
	if err == nil && !ok {
		return noRepository(c, c.str("repository"))
	}
	return err
}

// removeImages deletes the images with forceDelete, and refuses without it.
func removeImages(c *call) error {
	dir := c.p.store.Layout().Images(c.id)
	if !c.boolean("forceDelete") {
		has, err := hasImages(dir)
		if err != nil {
			return err
		}
		if has {
			return refusal("RepositoryNotEmptyException",
				"The repository with name '%s' in registry with id '%s' cannot be deleted because it still contains images",
				c.id, c.p.account)
		}
	}
	// A repository's name may be the start of another's, as in a and a/b: only what
	// an OCI layout consists of goes, and the folder when nothing else is in it.
	return removeLayout(dir, os.RemoveAll)
}
