package gcp

import (
	"os"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/artifactregistry"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	repositoryType       = "gcp:artifactregistry/repository:Repository"
	repositoryMemberType = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"

	repositoryPath = "projects/{project}/locations/{location}/repositories/{repositoryId}"
)

var registryKinds = []*kind{
	behind(registryAPI, &kind{
		Token: repositoryType, Facts: "google_artifact_registry_repository",
		Args: provider.ArgsOf[artifactregistry.RepositoryArgs](), State: provider.TypeOf[artifactregistry.Repository](),
		Rename: effective, Service: "Artifact Registry", Noun: "Repository",
		Operations: operations{Create: "repositories.create", Update: "repositories.patch", Delete: "repositories.delete"},
		// A format is written in any case.
		Same: func(property, old, now string) bool {
			return old == now || property == "format" && strings.EqualFold(old, now)
		},
		ID:        path(repositoryPath),
		Canonical: canonical(repositoryPath),
		Outputs: []output{
			projectOutput, locationOutput, created("createTime"), updated("updateTime"),
			{Name: "name", Value: func(c *call) any { return c.Str("repositoryId") }},
		},
		Refuse: func(c *check) {
			for _, property := range []string{"remoteRepositoryConfig", "virtualRepositoryConfig"} {
				if c.In.HasValue(resource.PropertyKey(property)) {
					c.Fail(property, "the local cloud has repositories of one's own only: leave out %s", property)
				}
			}
		},
		Remove: func(c *call) error {
			// Google deletes the images with their repository.
			return os.RemoveAll(c.P.Store.Layout().Images(project(c) + "/" + c.Str("repositoryId")))
		},
		Exists:  func(*call) *refusal { return alreadyExists("the repository already exists") },
		Missing: func(*call) *refusal { return notFound("Requested entity was not found.") },
		Children: []child{{Token: repositoryMemberType, Prefix: func(c *call) string {
			return c.ID + "/"
		}}},
	}),
	member(&kind{
		Token: repositoryMemberType, Facts: "google_artifact_registry_repository_iam_member",
		Args: provider.ArgsOf[artifactregistry.RepositoryIamMemberArgs](), State: provider.TypeOf[artifactregistry.RepositoryIamMember](),
		Service: "Artifact Registry", Noun: "Repository IAM Member",
	}, policy{
		resource: repositoryOf,
		outputs:  []output{projectOutput, locationOutput},
		verify: func(c *call) (string, error) {
			id := repositoryOf(c)
			owner := strings.Split(id, "/")[1]
			if err := verifyEnabled(c, owner, registryAPI); err != nil {
				return owner, err
			}
			return owner, exists(c, repositoryType, id, func() *refusal { return notFound("Requested entity was not found.") })
		},
	}),
}

// repositoryOf is the repository that a member names: its ID or its full name.
func repositoryOf(c *call) string {
	name := c.Str("repository")
	if strings.HasPrefix(name, "projects/") {
		return name
	}
	return "projects/" + project(c) + "/locations/" + location(c) + "/repositories/" + name
}
