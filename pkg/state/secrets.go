package state

import (
	"context"
	"encoding/json"
	"fmt"
	neturl "net/url"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/cloud"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// SecretsSource names what a stack's secrets are encrypted with. The state's
// record goes before the stack's YAML, which may be edited.
type SecretsSource struct {
	// Recorded is what the state names, or nil.
	Recorded *SecretsProvider
	// Provider, EncryptedKey and EncryptionSalt are secretsprovider, encryptedkey
	// and encryptionsalt of the stack's YAML.
	Provider, EncryptedKey, EncryptionSalt string
	// Passphrase is asked when the first secret of a passphrase provider is met.
	Passphrase func() (string, error)
}

// SecretsManagerFor opens the provider that the source names: passphrase,
// awskms://, gcpkms://, azurekeyvault:// or hashivault://.
func SecretsManagerFor(ctx context.Context, s SecretsSource) (secrets.Manager, error) {
	if s.Recorded != nil && s.Recorded.Type != "" {
		return RecordedSecrets(ctx, s.Recorded, s.Passphrase)
	}
	if !strings.Contains(s.Provider, "://") {
		switch s.Provider {
		case "", "default", passphrase.Type:
			return NewPassphraseManager(s.Passphrase, s.EncryptionSalt), nil
		}
		return nil, problem.Problem{
			Resource: "secretsprovider", Summary: fmt.Sprintf("unknown secrets provider %q", s.Provider),
			Hint: "use passphrase, awskms://, gcpkms:// or azurekeyvault://",
		}
	}
	info := &workspace.ProjectStack{SecretsProvider: s.Provider, EncryptedKey: s.EncryptedKey}
	return CloudSecrets(info, s.Provider, false)
}

// RecordedSecrets opens the provider that a state file names.
func RecordedSecrets(_ context.Context, recorded *SecretsProvider, phrase func() (string, error)) (secrets.Manager, error) {
	switch recorded.Type {
	case passphrase.Type:
		var state passphraseState
		if len(recorded.State) > 0 {
			if err := json.Unmarshal(recorded.State, &state); err != nil {
				return nil, damagedProvider(recorded.Type, err)
			}
		}
		return NewPassphraseManager(phrase, state.Salt), nil
	case cloud.Type:
		m, err := cloud.NewCloudSecretsManagerFromState(recorded.State)
		if err != nil {
			var state struct {
				URL string `json:"url"`
			}
			if json.Unmarshal(recorded.State, &state) != nil {
				return nil, damagedProvider(recorded.Type, err)
			}
			return nil, keyUnusable(state.URL, err)
		}
		return stack.NewBatchingCachingSecretsManager(m), nil
	default:
		return nil, problem.Problem{
			Resource: "secrets", Summary: fmt.Sprintf("the state's secrets are kept by a %q provider, which dorc does not have", recorded.Type),
			Hint: "change it with the stock CLI: `pulumi stack change-secrets-provider passphrase`",
		}
	}
}

// CloudSecrets opens a key of a cloud for a stack's YAML, and makes the stack's
// encrypted key when it has none.
func CloudSecrets(info *workspace.ProjectStack, provider string, rotate bool) (secrets.Manager, error) {
	m, err := cloud.NewCloudSecretsManager(info, provider, rotate)
	if err != nil {
		return nil, keyUnusable(provider, err)
	}
	return stack.NewBatchingCachingSecretsManager(m), nil
}

func damagedProvider(kind string, err error) error {
	return problem.Problem{
		Resource: "secrets", Summary: "the state's record of its " + kind + " secrets provider is damaged", Detail: err.Error(),
		Hint: "take the state from its .bak or a backup",
	}
}

func keyUnusable(provider string, err error) error {
	shown := provider
	if u, parseErr := neturl.Parse(provider); parseErr == nil {
		shown = u.Scheme + "://" + u.Host + u.Path
	}
	return problem.Problem{
		Resource: "secrets", Summary: "the key " + shown + " cannot be used", Detail: err.Error(),
		Hint: "check that it exists and that your credentials may encrypt and decrypt with it",
	}
}

// ProviderOf is a secrets.Provider for a stack's one manager, to read its state with.
func ProviderOf(m secrets.Manager) secrets.Provider { return fixedProvider{m} }

type fixedProvider struct{ manager secrets.Manager }

func (f fixedProvider) OfType(_ context.Context, kind string, _ json.RawMessage) (secrets.Manager, error) {
	if f.manager == nil || f.manager.Type() != kind {
		return nil, fmt.Errorf("the state's secrets need a %q provider", kind)
	}
	return f.manager, nil
}
