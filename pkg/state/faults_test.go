package state

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func requireProblem(t *testing.T, err error) {
	t.Helper()
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.NotEmpty(t, p.Place())
	assert.NotEmpty(t, p.Hint)
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
