package state

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is a passphrase that counts how often it was asked for.
type asked struct {
	phrase string
	times  int
}

func (a *asked) get() (string, error) { a.times++; return a.phrase, nil }

func TestPassphraseIsAskedOnlyForASecret(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	var a asked
	m := NewPassphraseManager(a.get, "")
	l := lock(t, st)
	c, err := st.Read(t.Context())
	require.NoError(t, err)
	j, err := st.Begin(t.Context(), l, c.Deployment, m)
	require.NoError(t, err)
	var e entries
	named := e.next(6, 0)
	named.SecretsManager, named.ElideWrite = m, true
	add(t, j, named)
	b, end := e.create(rootState())
	add(t, j, b, end)
	_, err = j.Fold(t.Context(), FoldInfo{})
	require.NoError(t, err)
	unlock(t, l)
	assert.Zero(t, a.times)
	assert.Nil(t, m.State())
	data, err := os.ReadFile(filepath.Join(dir, ".pulumi/stacks/Pipelines", testStack+".json"))
	require.NoError(t, err)
	assert.NotContains(t, string(data), "secrets_providers")
}

// TestSecretsSurviveFoldAndRecovery makes the provider's salt in the middle of an
// operation, so that a recovery must find it in the journal.
func TestSecretsSurviveFoldAndRecovery(t *testing.T) {
	for _, how := range []string{"fold", "recover"} {
		t.Run(how, func(t *testing.T) {
			s, dir := openTemp(t)
			st := s.Stack(testStack)
			a := asked{phrase: "correct horse"}
			m := NewPassphraseManager(a.get, "")
			l := lock(t, st)
			c, err := st.Read(t.Context())
			require.NoError(t, err)
			j, err := st.Begin(t.Context(), l, c.Deployment, m)
			require.NoError(t, err)
			var e entries
			b, end := e.create(rootState())
			add(t, j, b, end)
			secret := thing("secret", 1)
			secret.Outputs["key"] = resource.MakeSecret(resource.NewProperty("s3cr3t"))
			b, end = e.create(secret)
			add(t, j, b, end)
			journal := filepath.Join(dir, ".pulumi/journals/Pipelines", testStack+".journal")
			written, err := os.ReadFile(journal)
			require.NoError(t, err)
			assert.NotContains(t, string(written), "s3cr3t")
			if how == "fold" {
				_, err = j.Fold(t.Context(), FoldInfo{})
			} else {
				_, err = st.Recover(t.Context(), l)
			}
			require.NoError(t, err)
			unlock(t, l)
			assert.Equal(t, 1, a.times)

			// Another process, which has the state and the passphrase only.
			c, err = openAt(t, dir).Stack(testStack).Read(t.Context())
			require.NoError(t, err)
			require.NotNil(t, c.SecretsProvider())
			again := asked{phrase: "correct horse"}
			recorded, err := SecretsManagerFor(t.Context(), SecretsSource{Recorded: c.SecretsProvider(), Passphrase: again.get})
			require.NoError(t, err)
			assert.Zero(t, again.times)
			snap, err := c.Snapshot(t.Context(), ProviderOf(recorded))
			require.NoError(t, err)
			assert.Equal(t, 1, again.times)
			assert.Equal(t, "s3cr3t", snap.Resources[1].Outputs["key"].SecretValue().Element.StringValue())

			d, err := openAt(t, dir).Stack(testStack).Export(t.Context(), ExportOptions{})
			require.NoError(t, err)
			assert.NotContains(t, string(d.Deployment), "s3cr3t")
			d, err = openAt(t, dir).Stack(testStack).Export(t.Context(), ExportOptions{ShowSecrets: true, Secrets: recorded})
			require.NoError(t, err)
			assert.Contains(t, string(d.Deployment), "s3cr3t")

			wrong := asked{phrase: "wrong horse"}
			recorded, err = RecordedSecrets(t.Context(), withOtherSaltCache(t, c.SecretsProvider()), wrong.get)
			require.NoError(t, err)
			_, err = c.Snapshot(t.Context(), ProviderOf(recorded))
			require.ErrorContains(t, err, "passphrase")
			assert.NotContains(t, err.Error(), "wrong horse")
		})
	}
}

// withOtherSaltCache writes the salt in another way: Pulumi keeps managers by
// their salt for the whole process, and would not look at the passphrase again.
func withOtherSaltCache(t *testing.T, p *SecretsProvider) *SecretsProvider {
	t.Helper()
	var s passphraseState
	require.NoError(t, json.Unmarshal(p.State, &s))
	parts := strings.SplitN(s.Salt, ":", 3)
	require.Len(t, parts, 3)
	state, err := json.Marshal(passphraseState{Salt: parts[0] + ":" + parts[1] + "\n:" + parts[2]})
	require.NoError(t, err)
	return &SecretsProvider{Type: p.Type, State: state}
}

func TestPassphraseManagerReadsTheStockCLIsSalt(t *testing.T) {
	salt, stock, err := passphrase.NewPassphraseSecretsManager("pw")
	require.NoError(t, err)
	ciphertext, err := stock.Encrypter().EncryptValue(t.Context(), "plain")
	require.NoError(t, err)
	m := NewPassphraseManager(func() (string, error) { return "pw", nil }, salt)
	assert.JSONEq(t, string(stock.State()), string(m.State()))
	plain, err := m.Decrypter().DecryptValue(t.Context(), ciphertext)
	require.NoError(t, err)
	assert.Equal(t, "plain", plain)
}

func TestSecretsRefusals(t *testing.T) {
	noPhrase := func() (string, error) { return "", errors.New("no passphrase is set") }
	_, err := NewPassphraseManager(noPhrase, "").Encrypter().EncryptValue(t.Context(), "x")
	require.ErrorContains(t, err, "no passphrase is set")
	_, err = NewPassphraseManager(func() (string, error) { return "x", nil }, "v9:AA==:x").Decrypter().DecryptValue(t.Context(), "x")
	requireProblem(t, err)
	_, err = NewPassphraseManager(noPhrase, "").Decrypter().DecryptValue(t.Context(), "x")
	requireProblem(t, err)
	_, err = SecretsManagerFor(t.Context(), SecretsSource{Provider: "rot13"})
	requireProblem(t, err)
	_, err = RecordedSecrets(t.Context(), &SecretsProvider{Type: "service"}, noPhrase)
	requireProblem(t, err)
	_, err = RecordedSecrets(t.Context(), &SecretsProvider{Type: "passphrase", State: []byte("[]")}, noPhrase)
	requireProblem(t, err)
}
