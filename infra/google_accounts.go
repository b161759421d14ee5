package infra

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/serviceaccount"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/config"
)

// GoogleAccount is a service account.
type GoogleAccount struct {
	// Resource is the account; nil when someone else manages it.
	Resource *serviceaccount.Account
	// Email is its address, Member its name in policies.
	Email, Member pulumi.StringOutput
}

func (g *Google) createAccounts(s *googleScope) (err error) {
	if g.DataflowWorker, err = s.account("dataflow", "Dataflow workers", s.DataflowWorker); err != nil {
		return err
	}
	if g.Workflows, err = s.account("workflows", "Workflows", s.Workflows); err != nil {
		return err
	}
	g.Scheduler, err = s.account("scheduler", "Schedules", s.Scheduler)
	return err
}

// account creates an account unless someone else manages it. Google shows a new
// account everywhere only after a while; the provider waits for it, and repeats a
// grant to an account that is not found yet.
func (s *googleScope) account(logical, who string, a config.ServiceAccount) (*GoogleAccount, error) {
	if a.External {
		return &GoogleAccount{
			Email:  pulumi.String(a.Email).ToStringOutput(),
			Member: pulumi.String("serviceAccount:" + a.Email).ToStringOutput(),
		}, nil
	}
	account, err := serviceaccount.NewAccount(s.ctx, logical+"-account", &serviceaccount.AccountArgs{
		AccountId:   pulumi.String(a.ID),
		Project:     pulumi.String(s.ProjectID),
		DisplayName: pulumi.String(who + " in " + s.Names.Environment),
	}, s.needs("iam"))
	if err != nil {
		return nil, err
	}
	return &GoogleAccount{Resource: account, Email: account.Email, Member: account.Member}, nil
}
