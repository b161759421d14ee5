package output

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/dag/compile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

func all(string, string) bool { return true }

func files(pairs ...string) (found []compile.File) {
	for i := 0; i < len(pairs); i += 2 {
		found = append(found, compile.File{Path: pairs[i], Data: []byte(pairs[i+1])})
	}
	return found
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// tree is what a folder has but the record.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == Record {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(rel)] = string(data)
		return err
	}))
	return found
}

func plan(t *testing.T, dir string, f []compile.File) *Changes {
	t.Helper()
	c, err := Plan(dir, f, all)
	require.NoError(t, err)
	return c
}

func TestChanges(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there")
	c := plan(t, dir, files("l/a/a.py", "1", "l/a/sql/x.sql", "2", "l/b/b.py", "3"))
	assert.Equal(t, []string{"l/a/a.py", "l/a/sql/x.sql", "l/b/b.py"}, c.Added)
	require.NoError(t, c.Apply())
	put(t, dir, "l/b/mine.txt", "mine")

	c = plan(t, dir, files("l/a/a.py", "1", "l/a/sql/y.sql", "2", "l/c/c.py", "4"))
	assert.Equal(t, []string{"l/a/sql/y.sql", "l/c/c.py"}, c.Added)
	assert.Equal(t, []string{"l/a/sql/x.sql", "l/b/b.py"}, c.Removed)
	assert.Equal(t, 1, c.Same)
	require.NoError(t, c.Apply())
	assert.Equal(t, map[string]string{"l/a/a.py": "1", "l/a/sql/y.sql": "2", "l/c/c.py": "4", "l/b/mine.txt": "mine"}, tree(t, dir))

	c = plan(t, dir, files("l/a/a.py", "1", "l/a/sql/y.sql", "2", "l/c/c.py", "4"))
	assert.True(t, c.Empty())
	assert.Equal(t, 3, c.Same)
}

// What is the same is not written again.
func TestSameIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, plan(t, dir, files("l/a/a.py", "1", "l/a/b.py", "1")).Apply())
	before, err := os.Stat(filepath.Join(dir, "l/a/a.py"))
	require.NoError(t, err)
	require.NoError(t, plan(t, dir, files("l/a/a.py", "1", "l/a/b.py", "2")).Apply())
	after, err := os.Stat(filepath.Join(dir, "l/a/a.py"))
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
	assert.Equal(t, map[string]string{"l/a/a.py": "1", "l/a/b.py": "2"}, tree(t, dir))
}

// One pipeline that is compiled alone leaves the others.
func TestWithin(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, plan(t, dir, files("l/a/a.py", "1", "l/a/sql/x.sql", "x", "l/b/b.py", "3", "l/b/sql/x.sql", "x")).Apply())
	c, err := Plan(dir, files("l/a/a.py", "2"), func(layer, pipeline string) bool { return layer == "l" && pipeline == "a" })
	require.NoError(t, err)
	assert.Equal(t, []string{"l/a/a.py"}, c.Updated)
	assert.Equal(t, []string{"l/a/sql/x.sql"}, c.Removed)
	require.NoError(t, c.Apply())
	assert.Equal(t, map[string]string{"l/a/a.py": "2", "l/b/b.py": "3", "l/b/sql/x.sql": "x"}, tree(t, dir))
	c = plan(t, dir, nil)
	assert.Equal(t, []string{"l/a/a.py", "l/b/b.py", "l/b/sql/x.sql"}, c.Removed, "the others are still dorc's")
	require.NoError(t, c.Apply())
	assert.NoDirExists(t, filepath.Join(dir, "l"))
}

func TestForeign(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "l/a/a.py", "someone's")
	put(t, dir, "l/a/b.py", "the same")
	_, err := Plan(dir, files("l/a/a.py", "1", "l/a/b.py", "the same"), all)
	assert.ErrorContains(t, err, "a file is in the way")
	assert.NotContains(t, err.Error(), "b.py")
	assert.Equal(t, map[string]string{"l/a/a.py": "someone's", "l/a/b.py": "the same"}, tree(t, dir))
}

// A run that broke off in the middle is finished by the next.
func TestBrokenOff(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, plan(t, dir, files("l/a/a.py", "1")).Apply())
	put(t, dir, "l/b", "a file where a folder must be")
	c := plan(t, dir, files("l/0/0.py", "1", "l/a/a.py", "2"))
	c.files["l/b/b.py"], c.owned["l/b/b.py"] = []byte("3"), true
	c.Added = append(c.Added, "l/b/b.py")
	require.Error(t, c.Apply())
	require.NoError(t, os.Remove(filepath.Join(dir, "l", "b")))
	c = plan(t, dir, files("l/0/0.py", "changed since", "l/a/a.py", "2", "l/b/b.py", "3"))
	assert.Equal(t, []string{"l/0/0.py"}, c.Updated, "what was written is known as dorc's")
	require.NoError(t, c.Apply())
	assert.Equal(t, map[string]string{"l/0/0.py": "changed since", "l/a/a.py": "2", "l/b/b.py": "3"}, tree(t, dir))
}

func TestBadRecord(t *testing.T) {
	for text, want := range map[string]string{
		"{": "not dorc's record", `{"files": ["../x"]}`: "outside of its folder", `{"files": ["/etc/x"]}`: "outside of its folder",
	} {
		dir := t.TempDir()
		put(t, dir, Record, text)
		_, err := Plan(dir, nil, all)
		var p problem.Problem
		require.ErrorAs(t, err, &p)
		assert.Contains(t, p.Summary, want)
	}
	_, err := Plan(t.TempDir(), files("../a.py", "1"), all)
	assert.Error(t, err)
}
