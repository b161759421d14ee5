package state

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
)

func says(phrase string) func() (string, error) { return func() (string, error) { return phrase, nil } }

// seal encrypts a word, as a stack with its first secret does.
func seal(t *testing.T, m secrets.Manager, word string) string {
	t.Helper()
	sealed, err := m.Encrypter().EncryptValue(context.Background(), word)
	require.NoError(t, err)
	return sealed
}

// Stacks of one passphrase that need a salt share one; another passphrase, and a
// stack that has a salt, have their own.
func TestSaltsAreShared(t *testing.T) {
	first, second := NewPassphraseManager(says("shared"), ""), NewPassphraseManager(says("shared"), "")
	sealed := seal(t, first, "word")
	seal(t, second, "other")
	assert.JSONEq(t, string(first.State()), string(second.State()))
	opened, err := second.Decrypter().DecryptValue(context.Background(), sealed)
	require.NoError(t, err)
	assert.Equal(t, "word", opened)

	other := NewPassphraseManager(says("another"), "")
	seal(t, other, "word")
	assert.NotEqual(t, string(first.State()), string(other.State()))
	_, err = other.Decrypter().DecryptValue(context.Background(), sealed)
	require.Error(t, err, "another passphrase opens nothing")

	salt, _, err := (&derivedKeys{known: keys.known, latest: map[[32]byte]string{}}).any("shared")
	require.NoError(t, err)
	own := NewPassphraseManager(says("shared"), salt)
	seal(t, own, "word")
	assert.NotEqual(t, string(first.State()), string(own.State()), "a stack's own salt stays")
}

// A wrong passphrase for a salt is told each time, and hides no right one.
func TestWrongPassphraseForASalt(t *testing.T) {
	salt, _, err := keys.any("right")
	require.NoError(t, err)
	for range 2 {
		_, err = NewPassphraseManager(says("wrong"), salt).Encrypter().EncryptValue(context.Background(), "x")
		require.ErrorContains(t, err, "the passphrase is not the one")
	}
	seal(t, NewPassphraseManager(says("right"), salt), "x")
}

// Several stacks at one time take one salt.
func TestSaltsAtOneTime(t *testing.T) {
	managers := make([]secrets.Manager, 8)
	var group errgroup.Group
	for i := range managers {
		managers[i] = NewPassphraseManager(says("at one time"), "")
		group.Go(func() error {
			_, err := managers[i].Encrypter().EncryptValue(context.Background(), "x")
			return err
		})
	}
	require.NoError(t, group.Wait())
	for _, m := range managers[1:] {
		assert.JSONEq(t, string(managers[0].State()), string(m.State()))
	}
}
