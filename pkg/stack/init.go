package stack

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// Fact is something that dorc works with.
type Fact struct {
	// Name is a variable's name.
	Name string `json:"name"`
	// Value is its value; the passphrase's is only whether it is set.
	Value string `json:"value"`
	// Source is what gave the value.
	Source string `json:"source"`
}

// Setup is what Init found and did.
type Setup struct {
	// Facts are what dorc works with.
	Facts []Fact
	// Findings are what the cloud target has and lacks. Default: none, on the local target.
	Findings []Finding
	// Plugins are the official plugins, found or installed. Default: none, on the local target.
	Plugins []engine.InstalledPlugin
}

// Init makes ready what commands need: on the local target the state store and
// the local cloud; on the cloud target it looks at what Preflight does, for every
// environment, installs the official plugins, and opens the state store. The
// error has everything that is missing; Setup then says what is there.
func (p *Project) Init(ctx context.Context, display engine.PluginDisplay) (*Setup, error) {
	done := &Setup{Facts: p.facts()}
	if p.Settings.Target == settings.TargetLocal {
		if _, err := p.Store(ctx); err != nil {
			return done, err
		}
		_, err := p.Cloud()
		return done, err
	}
	var missing problem.List
	var err error
	done.Findings, err = p.Preflight(ctx, false, p.Environments()...)
	if err != nil && !errors.As(err, &missing) {
		return done, err
	}
	providers, err := p.providers()
	if err != nil {
		return done, err
	}
	plugins, err := providers.Linked()
	if err != nil {
		return done, err
	}
	for _, plugin := range plugins {
		installed, err := engine.EnsurePlugin(ctx, plugin, display)
		var wrong problem.Problem
		if errors.As(err, &wrong) {
			missing = append(missing, wrong)
			continue
		}
		if err != nil {
			return done, err
		}
		done.Plugins = append(done.Plugins, installed)
	}
	if len(missing) > 0 {
		return done, missing
	}
	_, err = p.Store(ctx)
	return done, err
}

func (p *Project) facts() []Fact {
	s := p.Settings
	passphrase := "not set"
	if s.PassphraseSet {
		passphrase = "set"
	}
	fact := func(name, value string) Fact { return Fact{Name: name, Value: value, Source: s.Source(name)} }
	facts := []Fact{
		fact("DORC_TARGET", string(s.Target)),
		fact("AWS_ACCOUNT", s.AWSAccount),
		fact("AWS_REGION", s.AWSRegion),
		fact("CONFIG_REPO_PATH", s.Relative(s.ConfigRepoPath)),
		fact("INFRA_BUCKET", s.InfraBucket),
		fact("UNIVERSAL_STACK_NAME", s.UniversalStackName),
		fact("INFRA_STACK_NAME", s.InfraStackName),
		fact("PULUMI_CONFIG_PASSPHRASE", passphrase),
	}
	if !p.onAWS() {
		facts = slices.DeleteFunc(facts, func(f Fact) bool { return strings.HasPrefix(f.Name, "AWS_") })
	}
	return append(facts, Fact{Name: "environments", Value: strings.Join(p.Environments(), ", "), Source: "the config repo"})
}
