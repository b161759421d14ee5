package config

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Stack is a stack's configuration as Pulumi sees it, whatever its keys are.
type Stack struct {
	// File is the path that problems name.
	File string
	// Config has every key; those without a namespace have Pipelines.
	Config config.Map
	// EncryptionSalt is the state of the passphrase provider, "" when no secret
	// was made with it.
	EncryptionSalt string
	// SecretsProvider is the URL of a key in a cloud, or "".
	SecretsProvider string
	// EncryptedKey is the data key that SecretsProvider opens, or "".
	EncryptedKey string
}

// LoadStack reads any stack configuration without a check of its keys, with
// Pulumi's own loader: a program of a user's own decides what its keys mean.
func LoadStack(path string, opts ...Option) (*Stack, error) {
	o := newOptions(path, opts)
	data, err := readFile(path, o)
	if err != nil {
		return nil, err
	}
	return parseStack(data, o.shown)
}

func parseStack(data []byte, shown string) (*Stack, error) {
	// The structure is checked first: Pulumi's own errors name no place and
	// repeat values.
	if _, err := parseDocument(data, shown); err != nil {
		return nil, err
	}
	project := &workspace.Project{Name: tokens.PackageName(ProjectName)}
	ps, err := workspace.LoadProjectStackBytes(nil, project, data, shown, encoding.YAML)
	if err != nil {
		return nil, problem.Problem{
			File: shown, Summary: "Pulumi cannot read a value of this file",
			Detail: "keys of mappings are texts, and a value is a text, a number, true, false, a list or a mapping",
			Hint:   "see docs/configuration.md for the format",
		}
	}
	return &Stack{
		File: shown, Config: ps.Config, EncryptionSalt: ps.EncryptionSalt,
		SecretsProvider: ps.SecretsProvider, EncryptedKey: ps.EncryptedKey,
	}, nil
}

// HasSecrets says that a value is encrypted.
func (s *Stack) HasSecrets() bool { return s.Config.HasSecureValue() }
