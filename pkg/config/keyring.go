package config

import (
	"context"
	"errors"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Keyring opens and makes the secrets of stacks.
type Keyring struct {
	// Passphrase is settings' passphrase. nil: secrets of the passphrase provider
	// are refused.
	Passphrase interface{ Reveal() string }
	// Cloud opens keys in clouds; its type is that of NewCloudSecretsManager in
	// Pulumi's secrets/cloud, which links every cloud's library and is therefore
	// not imported here. nil: secretsprovider is refused.
	Cloud func(stack *workspace.ProjectStack, secretsProvider string, rotate bool) (secrets.Manager, error)
}

const passphraseHint = "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the passphrase it was made with"

// Manager opens the stack's secrets provider. A stack that has none gets a new
// one of the passphrase, and the stack's fields are set to it; writing them is
// the caller's.
func (k Keyring) Manager(s *Stack) (secrets.Manager, error) {
	if s.usesCloud() {
		return k.cloudManager(s)
	}
	if k.Passphrase == nil {
		return nil, problem.Problem{File: s.File, Summary: "secrets need a passphrase", Hint: passphraseHint}
	}
	if s.EncryptionSalt == "" {
		if s.HasSecrets() {
			return nil, problem.Problem{
				File: s.File, Summary: "secrets without encryptionsalt", Detail: "without it no passphrase opens them",
				Hint: "bring the line encryptionsalt: back from the file's history, or set the secrets anew",
			}
		}
		salt, m, err := passphrase.NewPassphraseSecretsManager(k.Passphrase.Reveal())
		if err != nil {
			return nil, err
		}
		s.EncryptionSalt = salt
		return m, nil
	}
	m, err := passphrase.GetPassphraseSecretsManager(k.Passphrase.Reveal(), s.EncryptionSalt)
	if errors.Is(err, passphrase.ErrIncorrectPassphrase) {
		return nil, problem.Problem{File: s.File, Summary: "the passphrase does not open the secrets of this file", Hint: passphraseHint}
	}
	if err != nil {
		return nil, problem.Problem{
			File: s.File, Summary: "encryptionsalt is damaged", Detail: "it is v1:<salt>:<check>, as Pulumi writes it",
			Hint: "bring the line back from the file's history",
		}
	}
	return m, nil
}

// usesCloud says that secretsprovider is a key's URL; Pulumi also writes the
// words passphrase and default there.
func (s *Stack) usesCloud() bool { return strings.Contains(s.SecretsProvider, "://") }

func (k Keyring) cloudManager(s *Stack) (secrets.Manager, error) {
	scheme, _, _ := strings.Cut(s.SecretsProvider, "://")
	if k.Cloud == nil {
		return nil, problem.Problem{
			File: s.File, Summary: "secretsprovider " + scheme + ":// is not in this version",
			Hint: "remove secretsprovider and encryptedkey, and set the secrets anew with a passphrase",
		}
	}
	info := &workspace.ProjectStack{SecretsProvider: s.SecretsProvider, EncryptedKey: s.EncryptedKey}
	m, err := k.Cloud(info, s.SecretsProvider, false)
	if err != nil {
		return nil, problem.Problem{
			File: s.File, Summary: "the key of secretsprovider cannot be used", Detail: err.Error(),
			Hint: "check that your credentials may use the key",
		}
	}
	s.EncryptedKey = info.EncryptedKey
	return m, nil
}

// Decrypter opens the stack's secret values. A stack without any gets one that
// refuses, and needs no passphrase.
func (k Keyring) Decrypter(s *Stack) (config.Decrypter, error) {
	if !s.HasSecrets() {
		return config.NewErrorCrypter("this stack has no secrets"), nil
	}
	m, err := k.Manager(s)
	if err != nil {
		return nil, err
	}
	return damaged{m.Decrypter(), s.File}, nil
}

// damaged gives a clear error for a value that its key does not open.
type damaged struct {
	config.Decrypter
	file string
}

func (d damaged) problem() error {
	return problem.Problem{
		File: d.file, Summary: "a secret of this file is damaged", Detail: "it was not made with the key of the other secrets",
		Hint: "set it anew: dorc config set --secret",
	}
}

// DecryptValue opens one value.
func (d damaged) DecryptValue(ctx context.Context, ciphertext string) (string, error) {
	text, err := d.Decrypter.DecryptValue(ctx, ciphertext)
	if err != nil {
		return "", d.problem()
	}
	return text, nil
}

// BatchDecrypt opens several values.
func (d damaged) BatchDecrypt(ctx context.Context, ciphertexts []string) ([]string, error) {
	texts, err := d.Decrypter.BatchDecrypt(ctx, ciphertexts)
	if err != nil {
		return nil, d.problem()
	}
	return texts, nil
}
