package state

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/stretchr/testify/require"
)

// noSecrets is a manager for runs without secrets.
type noSecrets struct{}

func (*noSecrets) Type() string                { return "" }
func (*noSecrets) State() json.RawMessage      { return nil }
func (*noSecrets) Encrypter() config.Encrypter { return config.NewPanicCrypter() }
func (*noSecrets) Decrypter() config.Decrypter { return config.NewPanicCrypter() }

// seedState writes a snapshot as the stack's state.
func seedState(t testing.TB, st *Stack, l *Lease, snap *deploy.Snapshot) {
	t.Helper()
	d, err := stack.SerializeDeployment(t.Context(), snap, false)
	require.NoError(t, err)
	require.NoError(t, st.Write(t.Context(), l, d))
}

// encodeEntry is an entry's line as the journal would write it.
func encodeEntry(t testing.TB, e engine.JournalEntry) []byte {
	t.Helper()
	it := &item{source: e}
	require.NoError(t, it.encode(nil))
	data, err := json.Marshal(it.entry)
	require.NoError(t, err)
	return data
}
