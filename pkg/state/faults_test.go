package state

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
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

func requireProblem(t *testing.T, err error) {
	t.Helper()
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.NotEmpty(t, p.Place())
	assert.NotEmpty(t, p.Hint)
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

func assertNoTemporaryFiles(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Join(dir, tempDir))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestTemporaryFilesOfKilledProcessesAreSwept(t *testing.T) {
	s, dir := openTemp(t)
	apply(t, s.Stack(testStack), 1)
	old, young := filepath.Join(dir, tempDir, "OLD"), filepath.Join(dir, tempDir, "YOUNG")
	for _, path := range []string{old, young} {
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	past := time.Now().Add(-2 * tempAge)
	require.NoError(t, os.Chtimes(old, past, past))
	unlock(t, lock(t, s.Stack(testStack)))
	assert.NoFileExists(t, old)
	assert.FileExists(t, young)
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

func TestAFileWhereTheStoreShouldBe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err := Open(t.Context(), "file://"+path)
	requireProblem(t, err)
}

func TestDamagedStateIsRefused(t *testing.T) {
	s, dir := openTemp(t)
	apply(t, s.Stack(testStack), 2)
	path := filepath.Join(dir, ".pulumi/stacks/Pipelines", testStack+".json")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	tests := map[string]struct {
		data []byte
		want string
	}{
		"empty":       {nil, "damaged"},
		"truncated":   {good[:len(good)/2], "at byte"},
		"not a state": {[]byte("{}"), "names no stack"},
		"null":        {[]byte("null"), "names no stack"},
		"newer":       {bytes.Replace(good, []byte(`"version":3`), []byte(`"version":5`), 1), "schema version 5"},
		"features": {bytes.Replace(good, []byte(`"version":3`), []byte(`"version":4,"features":["time-travel"]`), 1),
			"does not know: time-travel"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, tt.data, 0o600))
			_, err := s.Stack(testStack).Read(t.Context())
			requireProblem(t, err)
			require.ErrorContains(t, err, tt.want)
			now, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(tt.data), string(now))
		})
	}
	require.NoError(t, os.WriteFile(path, good[:10], 0o600))
	require.NoError(t, os.WriteFile(path+".bak", good, 0o600))
	_, err = s.Stack(testStack).Read(t.Context())
	require.ErrorContains(t, err, path+".bak")
}

func TestCompressedStateStaysCompressed(t *testing.T) {
	s, dir := openTemp(t)
	apply(t, s.Stack(testStack), 2)
	path := filepath.Join(dir, ".pulumi/stacks/Pipelines", testStack+".json")
	plain, err := os.ReadFile(path)
	require.NoError(t, err)
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, err = z.Write(plain)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile(path+".gz", buf.Bytes(), 0o600))
	require.NoError(t, os.Remove(path))

	st := openAt(t, dir).Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)
	j := begin(t, st, l)
	var e entries
	b, end := e.same(rootState(), 0)
	add(t, j, b, end)
	b, end = e.create(thing("new", 1))
	add(t, j, b, end)
	_, err = j.Fold(t.Context(), FoldInfo{})
	require.NoError(t, err)
	assert.NoFileExists(t, path)
	c, err := st.Read(t.Context())
	require.NoError(t, err)
	assert.Len(t, c.Deployment.Resources, 4)
	list, err := openAt(t, dir).Stacks(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, 3, list[0].Resources)
}

func TestStoreLayouts(t *testing.T) {
	tests := map[string]struct {
		file, content string
		want          string
	}{
		"newer":   {".pulumi/meta.yaml", "version: 2\n", "use a newer dorc"},
		"old":     {".pulumi/meta.yaml", "version: 0\n", "pulumi state upgrade"},
		"damaged": {".pulumi/meta.yaml", "versio: 1\n", "cannot be read"},
		"legacy":  {".pulumi/stacks/dev.json", "{}", "pulumi state upgrade"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, tt.file)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o600))
			_, err := Open(t.Context(), "file://"+dir)
			requireProblem(t, err)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestNamesThatWouldLeaveTheFolder(t *testing.T) {
	s, _ := openTemp(t)
	for _, name := range []string{"", ".", "..", "a/b", "../x", "a b", "ä", strings.Repeat("x", 101)} {
		t.Run(fmt.Sprintf("%q", name), func(t *testing.T) {
			_, err := s.Stack(name).Read(t.Context())
			requireProblem(t, err)
			_, err = s.Stack(name).Lock(t.Context(), LockOptions{})
			requireProblem(t, err)
		})
	}
}
