package gcp

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/secretmanager"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	secretType        = "gcp:secretmanager/secret:Secret"
	secretVersionType = "gcp:secretmanager/secretVersion:SecretVersion"
	secretMemberType  = "gcp:secretmanager/secretIamMember:SecretIamMember"

	secretPath = "projects/{project}/secrets/{secretId}"
)

var secretKinds = []*kind{
	behind(secretAPI, &kind{
		Token: secretType, Facts: "google_secret_manager_secret",
		Args: provider.ArgsOf[secretmanager.SecretArgs](), State: provider.TypeOf[secretmanager.Secret](),
		Rename: effective, Service: "Secret Manager", Noun: "Secret",
		Operations: operations{Create: "secrets.create", Update: "secrets.patch", Delete: "secrets.delete"},
		ID:         path(secretPath),
		Canonical:  canonical(secretPath),
		Outputs: []output{
			projectOutput, created("createTime"),
			{Name: "name", Value: func(c *call) any { return numbered(project(c), c.Str("secretId")) }},
			{Name: "effectiveAnnotations", Value: func(c *call) any {
				if v, ok := c.At("annotations"); ok {
					return provider.Plain(v)
				}
				return object{}
			}},
			constant("expireTime", ""),
		},
		Exists: func(c *call) *refusal {
			return alreadyExists("Secret [%s] already exists.", numbered(project(c), c.Str("secretId")))
		},
		Missing: func(c *call) *refusal { return noSecret(c.ID) },
		Children: []child{
			{Token: secretVersionType, Prefix: func(c *call) string { return numbered(project(c), c.Str("secretId")) + "/" }},
			{Token: secretMemberType, Prefix: func(c *call) string { return c.ID + "/" }},
		},
	}),
	{
		Token: secretVersionType, Facts: "google_secret_manager_secret_version",
		Args: provider.ArgsOf[secretmanager.SecretVersionArgs](), State: provider.TypeOf[secretmanager.SecretVersion](),
		Service: "Secret Manager", Noun: "Secret Version",
		Operations: operations{Create: "secrets.addVersion", Update: "versions.enable", Delete: "versions.destroy"},
		Counts:     true,
		ID:         nextVersion,
		Canonical: func(_ *Provider, id string) string {
			parts := strings.Split(id, "/")
			if len(parts) == 6 && strings.Trim(parts[1], "0123456789") != "" {
				parts[1] = number(parts[1])
			}
			return strings.Join(parts, "/")
		},
		Outputs: []output{
			created("createTime"), constant("destroyTime", ""),
			{Name: "name", Once: true, Value: func(c *call) any { return c.ID }},
			{Name: "version", Once: true, Value: func(c *call) any { return last(c.ID) }},
		},
		Verify: func(c *call) error {
			id := secretOf(c.Str("secret"), c.P.Account)
			if err := verifyEnabled(c, ownerOf(id), secretAPI); err != nil {
				return err
			}
			return exists(c, secretType, id, func() *refusal { return noSecret(id) })
		},
		Missing: func(c *call) *refusal { return notFound("Secret Version [%s] not found.", c.ID) },
	},
	member(&kind{
		Token: secretMemberType, Facts: "google_secret_manager_secret_iam_member",
		Args: provider.ArgsOf[secretmanager.SecretIamMemberArgs](), State: provider.TypeOf[secretmanager.SecretIamMember](),
		Service: "Secret Manager", Noun: "Secret IAM Member",
	}, policy{
		resource: func(c *call) string { return secretOf(c.Str("secretId"), project(c)) },
		outputs:  []output{projectOutput},
		verify: func(c *call) (string, error) {
			id := secretOf(c.Str("secretId"), project(c))
			if err := verifyEnabled(c, ownerOf(id), secretAPI); err != nil {
				return "", err
			}
			return ownerOf(id), exists(c, secretType, id, func() *refusal { return noSecret(id) })
		},
	}),
}

// numbered is the name of a secret as Secret Manager returns it.
func numbered(project, secret string) string {
	return "projects/" + number(project) + "/secrets/" + secret
}

// secretOf is the ID of a secret that is named by its ID or its full name.
func secretOf(name, project string) string {
	if strings.HasPrefix(name, "projects/") {
		return name
	}
	return "projects/" + project + "/secrets/" + name
}

// ownerOf is the project in an ID such as projects/<project>/secrets/<name>.
func ownerOf(id string) string {
	owner, _, _ := strings.Cut(strings.TrimPrefix(id, "projects/"), "/")
	return owner
}

func noSecret(id string) *refusal {
	return notFound("Secret [%s] not found.", numbered(ownerOf(id), last(id)))
}

// nextVersion is the name of the version that comes behind those that there are.
func nextVersion(c *call) string {
	id := secretOf(c.Str("secret"), c.P.Account)
	prefix := numbered(ownerOf(id), last(id)) + "/versions/"
	latest := 0
	if c.P.Store != nil {
		ids, err := c.P.Store.IDs(secretVersionType, prefix)
		if err != nil {
			return prefix // creating it reports the error of the store
		}
		for _, v := range ids {
			if n, err := strconv.Atoi(strings.TrimPrefix(v, prefix)); err == nil {
				latest = max(latest, n)
			}
		}
	}
	return fmt.Sprintf("%s%d", prefix, latest+1)
}
