package gcp

import (
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/serviceaccount"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	accountType       = "gcp:serviceaccount/account:Account"
	accountMemberType = "gcp:serviceaccount/iAMMember:IAMMember"
)

var accountKinds = []*kind{
	behind(iamAPI, &kind{
		Token: accountType, Facts: "google_service_account",
		Args: provider.ArgsOf[serviceaccount.AccountArgs](), State: provider.TypeOf[serviceaccount.Account](),
		Service: "IAM", Noun: "Service Account",
		Operations: operations{Create: "serviceAccounts.create", Update: "serviceAccounts.patch", Delete: "serviceAccounts.delete"},
		ID:         func(c *call) string { return accountName(project(c), email(c)) },
		Canonical: func(p *Provider, id string) string {
			if strings.HasPrefix(id, "projects/") {
				return id
			}
			_, domain, _ := strings.Cut(id, "@")
			return accountName(strings.TrimSuffix(domain, ".iam.gserviceaccount.com"), id)
		},
		Outputs: []output{
			projectOutput,
			{Name: "email", Value: func(c *call) any { return email(c) }},
			{Name: "member", Value: func(c *call) any { return "serviceAccount:" + email(c) }},
			{Name: "name", Value: func(c *call) any { return accountName(project(c), email(c)) }},
			{Name: "uniqueId", Value: func(c *call) any { return digits(email(c), 21) }},
		},
		Refuse: func(c *check) {
			if v := provider.Open(c.In["createIgnoreAlreadyExists"]); v.IsBool() && v.BoolValue() {
				c.Fail("createIgnoreAlreadyExists", "the local cloud takes over no account that exists: use dorc import, or leave out createIgnoreAlreadyExists")
			}
		},
		Exists: func(c *call) *refusal {
			return alreadyExists("Service account %s already exists within project projects/%s.", c.Str("accountId"), project(c))
		},
		Missing: func(c *call) *refusal { return notFound("Unknown service account") },
		Children: []child{{Token: accountMemberType, Prefix: func(c *call) string {
			return c.ID + "/"
		}}},
	}),
	member(&kind{
		Token: accountMemberType, Facts: "google_service_account_iam_member",
		Args: provider.ArgsOf[serviceaccount.IAMMemberArgs](), State: provider.TypeOf[serviceaccount.IAMMember](),
		Service: "IAM", Noun: "Service Account IAM Member",
	}, policy{
		resource: func(c *call) string { return c.Str("serviceAccountId") },
		verify: func(c *call) (string, error) {
			id := c.Str("serviceAccountId")
			owner, address, _ := strings.Cut(strings.TrimPrefix(id, "projects/"), "/serviceAccounts/")
			if owner == "-" {
				_, domain, _ := strings.Cut(address, "@")
				owner = strings.TrimSuffix(domain, ".iam.gserviceaccount.com")
			}
			if err := verifyEnabled(c, owner, iamAPI); err != nil {
				return owner, err
			}
			found, err := accountExists(c, owner, address)
			if err == nil && !found {
				err = notFound("Unknown service account")
			}
			return owner, err
		},
	}),
}

// email is the address of an account.
func email(c *call) string {
	return c.Str("accountId") + "@" + project(c) + ".iam.gserviceaccount.com"
}

// accountName is the full name of an account, which is its ID too.
func accountName(project, email string) string {
	return "projects/" + project + "/serviceAccounts/" + email
}

// defaultAccount is the account that Google uses where none is given.
func defaultAccount(project string) string {
	return number(project) + "-compute@developer.gserviceaccount.com"
}
