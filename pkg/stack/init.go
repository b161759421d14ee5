package stack

import (
	"context"
	"strings"

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

// Init opens the state store and, on the local target, the local cloud, and so
// makes them where they do not exist. It returns what dorc works with.
func (p *Project) Init(ctx context.Context) ([]Fact, error) {
	if _, err := p.Store(ctx); err != nil {
		return nil, err
	}
	if p.Settings.Target == settings.TargetLocal {
		if _, err := p.Cloud(); err != nil {
			return nil, err
		}
	}
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
	return append(facts, Fact{Name: "environments", Value: strings.Join(p.Environments(), ", "), Source: "the config repo"}), nil
}
