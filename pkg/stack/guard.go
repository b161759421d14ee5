package stack

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/awsrules"
	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/rules"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// rulesFirst refuses what the cloud's own APIs would refuse before the real provider
// looks at it: the provider lets much pass that fails minutes into an apply.
type rulesFirst struct {
	plugin.Provider
	check func(tokens.Type, resource.PropertyMap) []rules.Failure
}

func guarded(pkg string, p plugin.Provider) plugin.Provider {
	switch pkg {
	case "aws":
		return rulesFirst{p, awsrules.Check}
	case "gcp":
		return rulesFirst{explained{p}, googlerules.Check}
	}
	return p
}

// Check implements plugin.Provider.
func (p rulesFirst) Check(ctx context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	var failures []plugin.CheckFailure
	for _, f := range p.check(r.URN.Type(), r.News) {
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
	if p.Settings.Target != settings.TargetCloud || !p.onAWS() {
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
