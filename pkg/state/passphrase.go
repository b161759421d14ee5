package state

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// NewPassphraseManager encrypts with a key that is derived from the passphrase.
// salt is encryptionsalt of a stack's YAML, or "" to take one when it is needed:
// that of another stack of this passphrase, or a new one. Deriving the key takes
// about 0.2 s, so it is done once for each salt, and the passphrase asked for,
// only when the first secret is met. State is nil until then if there was no salt.
func NewPassphraseManager(phrase func() (string, error), salt string) secrets.Manager {
	return stack.NewBatchingCachingSecretsManager(&lazyPassphrase{phrase: phrase, salt: salt})
}

type lazyPassphrase struct {
	phrase func() (string, error)

	mu      sync.Mutex
	salt    string
	crypter secrets.Manager
	err     error
}

func (*lazyPassphrase) Type() string { return passphrase.Type }

func (m *lazyPassphrase) State() json.RawMessage {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.salt == "" {
		return nil
	}
	state, err := json.Marshal(passphraseState{Salt: m.salt})
	if err != nil {
		return nil // a string always encodes
	}
	return state
}

// passphraseState is what the stock CLI keeps of the provider in state files.
type passphraseState struct {
	Salt string `json:"salt"`
}

func (m *lazyPassphrase) Encrypter() config.Encrypter { return lazyCrypter{m} }
func (m *lazyPassphrase) Decrypter() config.Decrypter { return lazyCrypter{m} }

// open derives the key once. The answer is kept, also that the passphrase is wrong.
func (m *lazyPassphrase) open(encrypting bool) (secrets.Manager, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.crypter != nil || m.err != nil {
		return m.crypter, m.err
	}
	if m.salt == "" && !encrypting {
		return nil, problem.Problem{
			Resource: "secrets", Summary: "a secret was found, but no encryptionsalt to open it with",
			Hint: "put encryptionsalt back into the stack's YAML file",
		}
	}
	m.crypter, m.err = m.derive()
	return m.crypter, m.err
}

func (m *lazyPassphrase) derive() (secrets.Manager, error) {
	phrase, err := m.phrase()
	if err != nil {
		return nil, err
	}
	if m.salt == "" {
		salt, manager, err := keys.any(phrase)
		m.salt = salt
		return manager, err
	}
	manager, err := keys.of(phrase, m.salt)
	if errors.Is(err, passphrase.ErrIncorrectPassphrase) {
		err = problem.Problem{
			Resource: "secrets", Summary: "the passphrase is not the one that the stack's secrets were encrypted with",
			Hint: "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to it",
		}
	} else if err != nil {
		err = problem.Problem{
			Resource: "secrets", Summary: "encryptionsalt is damaged", Detail: err.Error(),
			Hint: "put it back from a backup of the stack's YAML or state file",
		}
	}
	return manager, err
}

// lazyCrypter opens its manager at the first value.
type lazyCrypter struct{ m *lazyPassphrase }

func (c lazyCrypter) EncryptValue(ctx context.Context, plaintext string) (string, error) {
	m, err := c.m.open(true)
	if err != nil {
		return "", err
	}
	return m.Encrypter().EncryptValue(ctx, plaintext)
}

func (c lazyCrypter) BatchEncrypt(ctx context.Context, plaintexts []string) ([]string, error) {
	if len(plaintexts) == 0 {
		return nil, nil
	}
	m, err := c.m.open(true)
	if err != nil {
		return nil, err
	}
	return m.Encrypter().BatchEncrypt(ctx, plaintexts)
}

func (c lazyCrypter) DecryptValue(ctx context.Context, ciphertext string) (string, error) {
	m, err := c.m.open(false)
	if err != nil {
		return "", err
	}
	return m.Decrypter().DecryptValue(ctx, ciphertext)
}

func (c lazyCrypter) BatchDecrypt(ctx context.Context, ciphertexts []string) ([]string, error) {
	if len(ciphertexts) == 0 {
		return nil, nil
	}
	m, err := c.m.open(false)
	if err != nil {
		return nil, err
	}
	return m.Decrypter().BatchDecrypt(ctx, ciphertexts)
}
