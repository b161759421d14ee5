package state

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallDisk mounts a file system of a megabyte.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("no small file system can be mounted here:", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

// TestFullDisk fills the disk while an operation runs. What begins is refused,
// before a provider would be called; what has begun can still end.
func TestFullDisk(t *testing.T) {
	dir := smallDisk(t)
	st := openAt(t, dir).Stack(testStack)
	l := lock(t, st)
	j := begin(t, st, l)
	var e entries
	b, end := e.create(rootState())
	add(t, j, b, end)
	started, ended := e.create(thing("started", 1))
	add(t, j, started)

	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	big := thing("refused", 1)
	big.Inputs["blob"] = resource.NewProperty(strings.Repeat("x", 600<<10))
	refused, _ := e.create(big)
	err := j.AddJournalEntry(refused)
	require.ErrorIs(t, err, syscall.ENOSPC)
	requireProblem(t, err)
	require.ErrorContains(t, err, "make room")

	require.NoError(t, j.AddJournalEntry(ended), "there was room reserved for the end of what had begun")
	_, err = j.Fold(t.Context(), FoldInfo{})
	require.ErrorIs(t, err, syscall.ENOSPC)
	requireProblem(t, err)

	// The next run, with room again, has everything that happened.
	require.NoError(t, os.Remove(filler))
	unlock(t, l)
	st = openAt(t, dir).Stack(testStack)
	l = lock(t, st)
	defer unlock(t, l)
	r, err := st.Recover(t.Context(), l)
	require.NoError(t, err)
	assert.Equal(t, 4, r.Entries)
	assert.Zero(t, r.Pending)
	c, err := st.Read(t.Context())
	require.NoError(t, err)
	require.Len(t, c.Deployment.Resources, 2)
	assert.Equal(t, "started", c.Deployment.Resources[1].URN.Name())
	assertNoTemporaryFiles(t, dir)
}

// fill writes until nothing more fits.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	block := make([]byte, 4096)
	for {
		if _, err := f.Write(block); err != nil {
			require.ErrorIs(t, err, syscall.ENOSPC)
			break
		}
	}
	require.NoError(t, f.Close())
}

// TestEndIsKeptWhenItCannotBeWritten gives an end more than was reserved for it:
// the caller is told, and the fold has it all the same.
func TestEndIsKeptWhenItCannotBeWritten(t *testing.T) {
	dir := smallDisk(t)
	st := openAt(t, dir).Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)
	j := begin(t, st, l)
	var e entries
	b, end := e.create(rootState())
	add(t, j, b, end)
	s := thing("big", 1)
	b, _ = e.create(s.Copy())
	add(t, j, b)
	s.Outputs = resource.PropertyMap{"blob": resource.NewProperty(strings.Repeat("x", 700<<10))}
	end = e.next(1, e.operation)
	end.State = s
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	require.ErrorIs(t, j.AddJournalEntry(end), syscall.ENOSPC)
	require.NoError(t, os.Remove(filler))
	changed, err := j.Fold(t.Context(), FoldInfo{})
	require.NoError(t, err)
	assert.True(t, changed)
	c, err := st.Read(t.Context())
	require.NoError(t, err)
	require.Len(t, c.Deployment.Resources, 2)
	assert.Len(t, c.Deployment.Resources[1].Outputs["blob"], 700<<10)
	assert.Empty(t, c.Deployment.PendingOperations)
}

func TestReadOnlyPlace(t *testing.T) {
	dir := smallDisk(t)
	st := openAt(t, dir).Stack(testStack)
	apply(t, st, 1)
	require.NoError(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))

	s, err := Open(t.Context(), "file://"+dir)
	require.NoError(t, err, "reading needs no writing")
	c, err := s.Stack(testStack).Read(t.Context())
	require.NoError(t, err)
	assert.Len(t, c.Deployment.Resources, 2)
	_, err = s.Stack(testStack).Lock(t.Context(), LockOptions{})
	requireProblem(t, err)
	require.ErrorContains(t, err, "read-only")
	_, err = Open(t.Context(), "file://"+filepath.Join(dir, "new"))
	requireProblem(t, err)
}

func assertNoTemporaryFiles(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Join(dir, tempDir))
	require.NoError(t, err)
	assert.Empty(t, left)
}
