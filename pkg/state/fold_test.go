package state

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFoldWritesWhatTheStockCLIWouldRead(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	apply(t, st, 3)

	meta, err := os.ReadFile(filepath.Join(dir, ".pulumi/meta.yaml"))
	require.NoError(t, err)
	assert.Equal(t, "version: 1\n", string(meta))

	data, err := os.ReadFile(filepath.Join(dir, ".pulumi/stacks/Pipelines", testStack+".json"))
	require.NoError(t, err)
	var file apitype.VersionedCheckpoint
	require.NoError(t, json.Unmarshal(data, &file))
	var checkpoint apitype.CheckpointV3
	require.NoError(t, json.Unmarshal(file.Checkpoint, &checkpoint))
	assert.Equal(t, 3, file.Version)
	assert.EqualValues(t, "organization/Pipelines/"+testStack, checkpoint.Stack)
	assert.Len(t, checkpoint.Latest.Resources, 4)
	assert.Nil(t, checkpoint.Latest.SecretsProviders)
	assert.Contains(t, string(data), "<a&b>", "HTML must not be escaped, as the stock CLI does not")
	assert.NotContains(t, string(data), "\n")

	assert.NoFileExists(t, filepath.Join(dir, ".pulumi/journals/Pipelines", testStack+".journal"))
	locks, err := st.Locks(t.Context())
	require.NoError(t, err)
	assert.Empty(t, locks)
}

func TestOperationWithoutChangesWritesNothing(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	apply(t, st, 2)
	path := filepath.Join(dir, ".pulumi/stacks/Pipelines", testStack+".json")
	before, err := os.Stat(path)
	require.NoError(t, err)

	l := lock(t, st)
	j := begin(t, st, l)
	var e entries
	b, end := e.same(rootState(), 0)
	add(t, j, b, end)
	b, end = e.same(thing("t0", 1), 1)
	add(t, j, b, end)
	require.NoError(t, j.Close())
	assert.NoFileExists(t, filepath.Join(dir, ".pulumi/journals/Pipelines", testStack+".journal"))
	changed, err := j.Fold(t.Context(), FoldInfo{})
	require.NoError(t, err)
	assert.False(t, changed)
	unlock(t, l)

	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after), "the state file was replaced")
	assert.NoFileExists(t, path+".bak")
}

func TestFoldKeepsThePreviousState(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	apply(t, st, 1)
	path := filepath.Join(dir, ".pulumi/stacks/Pipelines", testStack+".json")
	first, err := os.ReadFile(path)
	require.NoError(t, err)

	l := lock(t, st)
	defer unlock(t, l)
	j := begin(t, st, l)
	var e entries
	b, end := e.same(rootState(), 0)
	add(t, j, b, end)
	b, end = e.create(thing("new", 1))
	add(t, j, b, end)
	changed, err := j.Fold(t.Context(), FoldInfo{})
	require.NoError(t, err)
	assert.True(t, changed)
	backup, err := os.ReadFile(path + ".bak")
	require.NoError(t, err)
	assert.Equal(t, first, backup)
}

func TestFoldRefusesAStateThatWasChangedMeanwhile(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	apply(t, st, 1)
	l := lock(t, st)
	defer unlock(t, l)
	j := begin(t, st, l)
	var e entries
	b, end := e.create(thing("new", 1))
	add(t, j, b, end)
	path := filepath.Join(dir, ".pulumi/stacks/Pipelines", testStack+".json")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	other := append(data, '\n')
	require.NoError(t, os.WriteFile(path, other, 0o600))

	_, err = j.Fold(t.Context(), FoldInfo{})
	require.ErrorContains(t, err, "changed by someone who does not hold the lease")
	now, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, other, now)

	// The journal does not fit either, and says so; with force it is set aside.
	_, err = st.Recover(t.Context(), l)
	require.ErrorContains(t, err, "belongs to another state")
	r, err := st.Recover(t.Context(), l, ForceRecovery())
	require.NoError(t, err)
	assert.Zero(t, r.Entries)
	assert.FileExists(t, r.Kept)
	left, err := st.Recover(t.Context(), l)
	require.NoError(t, err)
	assert.Nil(t, left)
}
