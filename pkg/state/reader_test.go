package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writtenJournal is a journal with three batches of two entries each, and where
// each batch ends.
func writtenJournal(t testing.TB) (data []byte, ends []int) {
	t.Helper()
	header, err := json.Marshal(journalHeader{Version: journalVersion, Stack: testStack, Lease: "L"})
	require.NoError(t, err)
	data = appendRecord(nil, record{batch: 1, kind: kindHeader, payload: header})
	for batch := uint32(1); batch <= 3; batch++ {
		for i := range 2 {
			entry, err := json.Marshal(apitype.JournalEntry{Version: 1, SequenceID: int64(batch)*10 + int64(i), OperationID: 1})
			require.NoError(t, err)
			data = appendRecord(data, record{batch: batch, kind: kindEntry, last: i == 1, payload: entry})
		}
		ends = append(ends, len(data))
	}
	return data, ends
}

func TestReadJournal(t *testing.T) {
	data, ends := writtenJournal(t)
	j := readJournal(data)
	assert.Nil(t, j.corrupt)
	assert.False(t, j.torn)
	assert.Len(t, j.entries, 6)
	assert.EqualValues(t, len(data), j.good)
	assert.EqualValues(t, 4, j.next)
	assert.Equal(t, testStack, j.header.Stack)

	// Whatever is cut off at the end, all full batches before are there, and
	// nothing is called damage.
	for cut := range data {
		j := readJournal(data[:cut])
		require.Nil(t, j.corrupt, "cut at %d", cut)
		whole, full := 0, cut == 0
		for _, end := range ends {
			if cut >= end {
				whole += 2
			}
			full = full || cut == end
		}
		require.GreaterOrEqual(t, len(j.entries), whole, "cut at %d", cut)
		require.Equal(t, !full, j.torn, "cut at %d", cut)
	}

	// Whatever byte is changed, it is seen. Before the last batch it is damage;
	// in the last one it may be an append that did not finish.
	for at := range data {
		bad := bytes.Clone(data)
		bad[at] ^= 0x20
		j := readJournal(bad)
		if at < ends[1] {
			require.NotNil(t, j.corrupt, "byte %d", at)
			require.LessOrEqual(t, j.corrupt.offset, int64(at))
		} else {
			require.True(t, j.torn || j.corrupt != nil, "byte %d", at)
		}
		require.LessOrEqual(t, j.good, int64(at))
	}
}

func TestTornBatchWithoutItsMiddle(t *testing.T) {
	// A power cut may write a later page of an append and not an earlier one.
	data, ends := writtenJournal(t)
	for i := ends[1] + 3; i < ends[1]+40; i++ {
		data[i] = 0
	}
	j := readJournal(data)
	assert.Nil(t, j.corrupt)
	assert.True(t, j.torn)
	assert.Len(t, j.entries, 4)
}

func FuzzJournal(f *testing.F) {
	data, ends := writtenJournal(f)
	f.Add(data)
	f.Add(data[:ends[1]+7])
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0}, 100))
	f.Add([]byte("ffffffff 00000000 00000001 h. {}\n"))
	base := &apitype.DeploymentV3{}
	f.Fuzz(func(t *testing.T, data []byte) {
		j := readJournal(data)
		if j.good < 0 || j.good > int64(len(data)) {
			t.Fatalf("good part of %d bytes in %d", j.good, len(data))
		}
		if again := readJournal(data[:j.good]); len(again.entries) != len(j.entries) || again.corrupt != nil {
			t.Fatalf("the good part is not good: %d entries, then %d (%v)", len(j.entries), len(again.entries), again.corrupt)
		}
		if j.corrupt == nil && !j.torn && j.good != int64(len(data)) {
			t.Fatalf("%d of %d bytes are good and nothing is wrong", j.good, len(data))
		}
		// What a journal says must not stop the process.
		_, _ = replay(base, j.entries)
	})
}

// FuzzEntry replays one entry with any content: the checksum protects against
// accidents, not against another program's mistakes.
func FuzzEntry(f *testing.F) {
	f.Add([]byte(`{"version":1,"kind":1,"sequenceID":1,"operationID":1,"removeOld":0}`))
	f.Add([]byte(`{"version":1,"kind":5,"sequenceID":1}`))
	f.Add([]byte(`{"version":1,"kind":8,"sequenceID":1}`))
	f.Add([]byte(`{"version":1,"kind":1,"sequenceID":1,"removeNew":7}`))
	f.Add([]byte(`{"version":1,"kind":7,"sequenceID":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e apitype.JournalEntry
		if json.Unmarshal(data, &e) != nil {
			return
		}
		base := &apitype.DeploymentV3{Resources: []apitype.ResourceV3{{URN: rootURN(), Type: "pulumi:pulumi:Stack"}}}
		again := e
		again.SequenceID++
		_, _ = replay(base, []apitype.JournalEntry{e, again})
	})
}

// brokenOperation leaves a journal of n created things as a killed process would.
func brokenOperation(t *testing.T, dir string, n int) (path string) {
	t.Helper()
	st := openAt(t, dir).Stack(testStack)
	l := lock(t, st)
	j := begin(t, st, l)
	var e entries
	b, end := e.create(rootState())
	add(t, j, b, end)
	for i := range n {
		b, end := e.create(thing(fmt.Sprint("t", i), 1))
		add(t, j, b, end)
	}
	b, _ = e.create(thing("unfinished", 1))
	add(t, j, b)
	require.NoError(t, os.Remove(lockPath(dir)))
	l.stop()
	return filepath.Join(dir, ".pulumi/journals/Pipelines", testStack+".journal")
}

func TestRecoverTakesUpAnEndedRun(t *testing.T) {
	s, dir := openTemp(t)
	path := brokenOperation(t, dir, 3)
	st := s.Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)

	c, err := st.Read(t.Context())
	require.NoError(t, err)
	_, err = st.Begin(t.Context(), l, c.Deployment, nil)
	require.ErrorContains(t, err, "left its journal")

	r, err := st.Recover(t.Context(), l)
	require.NoError(t, err)
	assert.Equal(t, 9, r.Entries)
	assert.Equal(t, 1, r.Pending)
	assert.False(t, r.Torn)
	assert.False(t, r.When.IsZero())
	assert.NoFileExists(t, path)
	c, err = st.Read(t.Context())
	require.NoError(t, err)
	assert.Len(t, c.Deployment.Resources, 4)
	require.Len(t, c.Deployment.PendingOperations, 1)
	assert.Equal(t, "unfinished", c.Deployment.PendingOperations[0].Resource.URN.Name())
}

func TestRecoverCutsATornEnd(t *testing.T) {
	s, dir := openTemp(t)
	path := brokenOperation(t, dir, 3)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data[:len(data)-10], 0o600))
	l := lock(t, s.Stack(testStack))
	defer unlock(t, l)
	r, err := s.Stack(testStack).Recover(t.Context(), l)
	require.NoError(t, err)
	assert.True(t, r.Torn)
	assert.Equal(t, 8, r.Entries)
	assert.Zero(t, r.Pending)
}

func TestRecoverRefusesADamagedJournal(t *testing.T) {
	s, dir := openTemp(t)
	path := brokenOperation(t, dir, 3)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(path, data, 0o600))
	st := s.Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)
	_, err = st.Recover(t.Context(), l)
	require.ErrorContains(t, err, "damaged at byte")
	require.ErrorContains(t, err, "dorc state recover --force")
	assert.FileExists(t, path)

	r, err := st.Recover(t.Context(), l, ForceRecovery())
	require.NoError(t, err)
	assert.Positive(t, r.Entries)
	kept, err := os.ReadFile(r.Kept)
	require.NoError(t, err)
	assert.Equal(t, data, kept)
	assert.Contains(t, r.Kept, ".corrupt-")
	c, err := st.Read(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, c.Deployment.Resources)
}

func TestRecoverOfAFoldedJournalOnlyRemovesIt(t *testing.T) {
	s, dir := openTemp(t)
	path := brokenOperation(t, dir, 2)
	journal, err := os.ReadFile(path)
	require.NoError(t, err)
	st := s.Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)
	_, err = st.Recover(t.Context(), l)
	require.NoError(t, err)
	before, err := st.Read(t.Context())
	require.NoError(t, err)

	// A crash between the replacement of the state and the removal of the journal.
	require.NoError(t, os.WriteFile(path, journal, 0o600))
	require.NoError(t, sealFile(path, readJournal(journal), before.Serial))
	r, err := st.Recover(t.Context(), l)
	require.NoError(t, err)
	assert.Zero(t, r.Entries)
	assert.NoFileExists(t, path)
	after, err := st.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before.Serial, after.Serial)
}

func TestRecoverRefusesANewerJournal(t *testing.T) {
	s, dir := openTemp(t)
	path := filepath.Join(dir, ".pulumi/journals/Pipelines", testStack+".journal")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, appendRecord(nil, record{
		batch: 1, kind: kindHeader, last: true, payload: []byte(`{"dorcJournal":2}`),
	}), 0o600))
	l := lock(t, s.Stack(testStack))
	defer unlock(t, l)
	_, err := s.Stack(testStack).Recover(t.Context(), l, ForceRecovery())
	require.ErrorContains(t, err, "use a newer dorc")
	assert.FileExists(t, path)
}
