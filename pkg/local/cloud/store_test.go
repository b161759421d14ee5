package cloud

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const functionType = "aws:lambda/function:Function"

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "cloud"))
	require.NoError(t, err)
	return s
}

func document(id string) *Document {
	return &Document{
		Type: functionType, ID: id, Stack: "infra-prod", URN: "urn:" + id,
		Inputs: map[string]any{"name": id}, Outputs: map[string]any{"name": id, "timeout": 3.0, "list": []any{"a", true, nil}},
	}
}

func TestStore(t *testing.T) {
	s := open(t)
	_, err := s.Get(functionType, "f")
	require.ErrorIs(t, err, ErrNotFound)
	require.ErrorIs(t, s.Update(document("f")), ErrNotFound)
	require.ErrorIs(t, s.Delete(functionType, "f"), ErrNotFound)

	made := document("f")
	require.NoError(t, s.Create(made))
	require.ErrorIs(t, s.Create(document("f")), ErrExists)
	got, err := s.Get(functionType, "f")
	require.NoError(t, err)
	assert.Equal(t, made, got)
	assert.WithinDuration(t, time.Now(), got.Created, time.Minute)

	s.now = func() time.Time { return got.Created.Add(time.Hour) }
	changed := document("f")
	changed.Outputs["timeout"] = 9.0
	require.NoError(t, s.Update(changed))
	after, err := s.Get(functionType, "f")
	require.NoError(t, err)
	assert.Equal(t, 9.0, after.Outputs["timeout"])
	assert.Equal(t, got.Created, after.Created, "the time of creation stays")
	assert.Equal(t, got.Created.Add(time.Hour), after.Modified)

	require.NoError(t, s.Delete(functionType, "f"))
	has, err := s.Has(functionType, "f")
	require.NoError(t, err)
	assert.False(t, has)
	left, err := os.ReadDir(s.temporary())
	require.NoError(t, err)
	assert.Empty(t, left, "no temporary file stays")
}

// A person reads a document with cat, at the place that the layout names.
func TestReadable(t *testing.T) {
	s := open(t)
	d := document("proj/a b")
	d.Outputs = map[string]any{"zeta": "<&>", "alpha": 1.0}
	require.NoError(t, s.Create(d))
	path := filepath.Join(s.Layout().Dir, "resources", "aws", "lambda", "function", "proj%2Fa%20b.json")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	text := string(data)
	assert.Contains(t, text, "\n  \"outputs\": {\n    \"alpha\": 1,\n    \"zeta\": \"<&>\"\n  }\n")
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	for _, dir := range []string{s.Layout().Dir, filepath.Dir(path)} {
		info, err := os.Stat(dir)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o700), info.Mode().Perm(), dir)
	}
}

func TestIDs(t *testing.T) {
	s := open(t)
	long := "role/" + strings.Repeat("x", 400)
	ids := []string{"..", ".", "../../etc/passwd", "a", "a:b", "a%2Fb", "a/b", long + "1", long + "2", "ü"}
	for _, id := range ids {
		require.NoError(t, s.Create(document(id)), id)
	}
	for _, id := range ids {
		d, err := s.Get(functionType, id)
		require.NoError(t, err, id)
		assert.Equal(t, id, d.ID)
	}
	docs, err := s.List(functionType)
	require.NoError(t, err)
	var listed []string
	for _, d := range docs {
		listed = append(listed, d.ID)
	}
	assert.ElementsMatch(t, ids, listed)
	found, err := s.IDs(functionType, "role/")
	require.NoError(t, err)
	assert.Equal(t, []string{long + "1", long + "2"}, found)
	none, err := s.IDs("aws:s3/bucket:Bucket", "")
	require.NoError(t, err)
	assert.Empty(t, none)
	_, err = os.Stat(filepath.Join(s.Layout().Dir, "..", "etc"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestRefusedTypes(t *testing.T) {
	s := open(t)
	for _, typ := range []string{"", "aws", "aws:../x:Y", "aws:a/b", "aws:a/b/c:D", "../a:b/c:D"} {
		_, err := s.Get(typ, "x")
		assert.ErrorContains(t, err, "is not a resource type", typ)
		_, err = s.List(typ)
		assert.Error(t, err, typ)
	}
	_, err := s.Get(functionType, "")
	assert.ErrorContains(t, err, "needs an ID")
}

func TestSecrets(t *testing.T) {
	s := open(t)
	d := document("f")
	d.Inputs["environment"] = map[string]any{"variables": map[string]any{"A/B": "hunter2", "C": "open"}}
	d.Outputs["list"] = []any{"open", map[string]any{"token": "hunter2"}}
	d.Secrets = []string{Pointer("inputs", "environment", "variables", "A/B"), Pointer("outputs", "list", "1")}
	require.NoError(t, s.Create(d))
	assert.Equal(t, "hunter2", d.Inputs["environment"].(map[string]any)["variables"].(map[string]any)["A/B"], "the caller's map is left alone")

	path, err := s.path(functionType, "f")
	require.NoError(t, err)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "hunter2")
	assert.Contains(t, string(data), "open")
	key, err := os.Stat(filepath.Join(s.Layout().Dir, "key"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), key.Mode().Perm())

	again, err := Open(s.Layout().Dir)
	require.NoError(t, err)
	got, err := again.Get(functionType, "f")
	require.NoError(t, err)
	assert.Equal(t, d.Inputs, got.Inputs)
	assert.Equal(t, d.Outputs, got.Outputs)

	moved := strings.ReplaceAll(string(data), `"id": "f"`, `"id": "g"`)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "g.json"), []byte(moved), 0o600))
	_, err = s.Get(functionType, "g")
	assert.ErrorContains(t, err, "damaged", "a sealed value belongs to its document")

	require.NoError(t, os.Remove(filepath.Join(s.Layout().Dir, "key")))
	_, err = again.Get(functionType, "f")
	assert.ErrorContains(t, err, "which is gone")
	for _, pointer := range []string{"/inputs/none", "/other/x", "/inputs", "/outputs/list/9"} {
		bad := document("h")
		bad.Secrets = []string{pointer}
		assert.Error(t, s.Create(bad), pointer)
	}
}

func TestCorrupt(t *testing.T) {
	s := open(t)
	require.NoError(t, s.Create(document("f")))
	path, err := s.path(functionType, "f")
	require.NoError(t, err)
	for name, content := range map[string]string{
		"empty": "", "cut": `{"type": "aws:lam`, "another": `{"type":"aws:lambda/function:Function","id":"g"}`, "list": "[]",
	} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := s.Get(functionType, "f")
		var corrupt *CorruptError
		require.ErrorAs(t, err, &corrupt, name)
		assert.Equal(t, path, corrupt.Path)
		assert.ErrorContains(t, err, path)
		_, err = s.List(functionType)
		assert.ErrorAs(t, err, &corrupt, name)
		assert.ErrorAs(t, s.Update(document("f")), &corrupt, "a corrupt document is not overwritten in silence")
	}
	require.NoError(t, s.Delete(functionType, "f"), "it can be removed")
}

// Of many that create one document at once, one gets it, also over several stores.
func TestCreateAtOnce(t *testing.T) {
	s := open(t)
	other, err := Open(s.Layout().Dir)
	require.NoError(t, err)
	var won atomic.Int32
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			d := document("f")
			d.Outputs["by"] = float64(i)
			d.Secrets = []string{"/outputs/by"}
			switch err := []*Store{s, other}[i%2].Create(d); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, ErrExists):
				t.Error(err)
			}
		})
	}
	group.Wait()
	assert.Equal(t, int32(1), won.Load())
	_, err = other.Get(functionType, "f")
	require.NoError(t, err, "both stores have one key")
}

// Readers see whole documents while others change and delete.
func TestChangeAtOnce(t *testing.T) {
	s := open(t)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for round := range 25 {
				d := document("f")
				d.Outputs["text"] = strings.Repeat(fmt.Sprint(i), 1000*(round%3+1))
				for _, err := range []error{s.Create(d), s.Update(d)} {
					if err != nil && !errors.Is(err, ErrExists) && !errors.Is(err, ErrNotFound) {
						t.Error(err)
					}
				}
				if got, err := s.Get(functionType, "f"); err != nil && !errors.Is(err, ErrNotFound) {
					t.Error(err)
				} else if err == nil && strings.Trim(got.Outputs["text"].(string), got.Outputs["text"].(string)[:1]) != "" {
					t.Error("a document of two writers")
				}
				if err := s.Delete(functionType, "f"); err != nil && !errors.Is(err, ErrNotFound) {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// What a killed process left is removed when it is old, and not before.
func TestSweep(t *testing.T) {
	s := open(t)
	for name, age := range map[string]time.Duration{"new-old": 2 * stale, "new-young": 0} {
		path := filepath.Join(s.temporary(), name)
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Chtimes(path, time.Now().Add(-age), time.Now().Add(-age)))
	}
	_, err := Open(s.Layout().Dir)
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(s.temporary(), "new-old"))
	assert.FileExists(t, filepath.Join(s.temporary(), "new-young"))
}

// Someone who removes the directory while a store is open loses documents, not the store.
func TestRemovedMeanwhile(t *testing.T) {
	s := open(t)
	require.NoError(t, os.RemoveAll(s.Layout().Dir))
	require.NoError(t, s.Create(document("f")))
	require.NoError(t, s.Update(document("f")))
	require.NoError(t, s.WriteFile(filepath.Join(s.Layout().Bucket("b"), "a", "b"), []byte("x")))
	require.NoError(t, s.Delete(functionType, "f"))
}

func BenchmarkCreate(b *testing.B) {
	s, err := Open(b.TempDir())
	require.NoError(b, err)
	for i := 0; b.Loop(); i++ {
		require.NoError(b, s.Create(document(fmt.Sprintf("function-%d", i))))
	}
}
