package stack

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"

	"github.com/dorc-dev/dorc/pkg/awsrules"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// rulesFirst refuses what AWS's own API would refuse before the real provider
// looks at it: the provider lets much pass that fails minutes into an apply.
type rulesFirst struct{ plugin.Provider }

func guarded(pkg string, p plugin.Provider) plugin.Provider {
	if pkg != "aws" {
		return p
	}
	return rulesFirst{p}
}

// Check implements plugin.Provider.
func (p rulesFirst) Check(ctx context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	var failures []plugin.CheckFailure
	for _, f := range awsrules.Check(r.URN.Type(), r.News) {
		failures = append(failures, plugin.CheckFailure{Property: resource.PropertyKey(f.Property), Reason: f.String()})
	}
	if len(failures) > 0 {
		return plugin.CheckResponse{Properties: r.News, Failures: failures}, nil
	}
	return p.Provider.Check(ctx, r)
}

// cloudConfig adds the provider configuration that the settings stand for: the
// region, and the account that the credentials must be of, which the provider
// checks before it does anything. What the stack itself configures stays.
func (p *Project) cloudConfig(c config.Map) (config.Map, error) {
	if p.Settings.Target != settings.TargetCloud {
		return c, nil
	}
	accounts, err := json.Marshal([]string{p.Settings.AWSAccount})
	if err != nil {
		return nil, err
	}
	complete := config.Map{
		config.MustMakeKey("aws", "region"):            config.NewValue(p.Region()),
		config.MustMakeKey("aws", "allowedAccountIds"): config.NewObjectValue(string(accounts)),
	}
	maps.Copy(complete, p.endpointConfig())
	maps.Copy(complete, c)
	return complete, nil
}
