package gcp

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// policy says what an IAM member is a member of.
type policy struct {
	// resource is the ID of the resource whose policy it is, as it begins the member's ID.
	resource func(*call) string
	// verify fails when the resource does not exist, and returns its project.
	verify func(*call) (project string, err error)
	// outputs are what the type has beside the tag.
	outputs []output
}

// member completes the description of one member of a role of a resource's policy.
// Adding who is there already changes nothing, as Google's setIamPolicy does.
func member(k *kind, p policy) *kind {
	k.Operations = operations{Create: "setIamPolicy", Update: "setIamPolicy", Delete: "setIamPolicy"}
	k.Upsert = true
	k.ID = func(c *call) string {
		id := p.resource(c) + "/" + c.Str("role") + "/" + c.Str("member")
		if title := c.Str("condition", "title"); title != "" {
			id += "/" + title
		}
		return id
	}
	// An import gives the parts with spaces between them.
	k.Canonical = func(_ *Provider, id string) string { return strings.Join(strings.Fields(id), "/") }
	k.Outputs = append([]output{{Name: "etag", Value: func(c *call) any { return etag(k.ID(c)) }}}, p.outputs...)
	k.Verify = func(c *call) error {
		project, err := p.verify(c)
		if err != nil {
			return err
		}
		return verifyMember(c, project, c.Str("member"))
	}
	k.Missing = func(c *call) *refusal {
		return notFound("Policy of %s has no member %s with the role %s.", p.resource(c), c.Str("member"), c.Str("role"))
	}
	return k
}

// etag is a tag in the form of IAM's.
func etag(identity string) string {
	sum := sha256.Sum256([]byte(identity))
	return base64.StdEncoding.EncodeToString(sum[:8])
}

// verifyMember fails as IAM does when a service account of the project does not exist.
func verifyMember(c *call, project, member string) error {
	email, ok := strings.CutPrefix(member, "serviceAccount:")
	if !ok {
		return nil
	}
	found, err := accountExists(c, project, email)
	if err == nil && !found {
		return badRequest("Service account %s does not exist.", email)
	}
	return err
}

// accountExists reports whether there is an account of the address. Accounts of
// other projects, Google's own and those that someone else manages are taken to exist.
func accountExists(c *call, project, email string) (bool, error) {
	email = last(email)
	if !strings.HasSuffix(email, "@"+project+".iam.gserviceaccount.com") || of(c).external(email) {
		return true, nil
	}
	return c.Exists(accountType, accountName(project, email))
}

// exists makes the check that a resource is there. Its error is missing's.
func exists(c *call, typ tokens.Type, id string, missing func() *refusal) error {
	ok, err := c.Exists(typ, id)
	if err == nil && !ok {
		return missing()
	}
	return err
}
