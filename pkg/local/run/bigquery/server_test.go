package bigquery

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func query(t *testing.T, url, sql string) (rows []string, failure string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": sql, "useLegacySql": false})
	require.NoError(t, err)
	answer, err := http.Post(url+"/bigquery/v2/projects/p/queries", "application/json", strings.NewReader(string(body)))
	require.NoError(t, err)
	defer answer.Body.Close()
	var said struct {
		Rows []struct {
			F []struct{ V any }
		}
		Error struct{ Message string }
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&said))
	for _, row := range said.Rows {
		for _, field := range row.F {
			text, _ := field.V.(string)
			rows = append(rows, text)
		}
	}
	return rows, said.Error.Message
}

// A server is started once for a folder, found by others, and keeps what it was told.
func TestStart(t *testing.T) {
	ctx, options := context.Background(), Options{Python: python(t), State: t.TempDir(), Cache: t.TempDir(), Location: "EU"}
	first, err := Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = first.Stop(ctx) })
	assert.True(t, first.Own())

	_, failure := query(t, first.URL(), "CREATE SCHEMA d; CREATE TABLE d.t AS SELECT 7 AS x")
	assert.Empty(t, failure)

	second, err := Start(ctx, options)
	require.NoError(t, err)
	assert.False(t, second.Own())
	assert.Equal(t, first.URL(), second.URL())
	require.NoError(t, second.Stop(ctx))
	rows, failure := query(t, first.URL(), "SELECT x FROM d.t")
	assert.Empty(t, failure, "who found a server does not end it")
	assert.Equal(t, []string{"7"}, rows)

	require.NoError(t, first.Stop(ctx))
	_, ok := Find(ctx, options.State)
	assert.False(t, ok)
	assert.FileExists(t, filepath.Join(options.State, "p", "d.duckdb"))
	assert.NoFileExists(t, filepath.Join(options.State, "server.json"))

	again, err := Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = again.Stop(ctx) })
	rows, _ = query(t, again.URL(), "SELECT x FROM d.t")
	assert.Equal(t, []string{"7"}, rows)
	require.NoError(t, again.Stop(ctx))
}

// A detached server is ended by its folder.
func TestDetached(t *testing.T) {
	ctx, state := context.Background(), t.TempDir()
	started, err := Start(ctx, Options{Python: python(t), State: state, Cache: t.TempDir(), Detached: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = started.Stop(ctx) })
	require.NoError(t, Stop(ctx, state))
	_, ok := Find(ctx, state)
	assert.False(t, ok)
	require.NoError(t, Stop(ctx, state), "nothing runs any more")
}

// A file of a server that is gone, or of another folder's, is no server.
func TestFindNothing(t *testing.T) {
	ctx, state := context.Background(), t.TempDir()
	for _, content := range []string{"", "{", `{"url": "http://127.0.0.1:1"}`, `{"url": "http://192.0.2.1:80"}`, `{"url": "file:///etc/passwd"}`} {
		require.NoError(t, os.WriteFile(filepath.Join(state, "server.json"), []byte(content), 0o600))
		_, ok := Find(ctx, state)
		assert.False(t, ok, content)
	}
}

// A Python that cannot run the server is a person's business.
func TestUnusablePython(t *testing.T) {
	for _, interpreter := range []string{filepath.Join(t.TempDir(), "none"), "false"} {
		_, err := Start(context.Background(), Options{Python: interpreter, State: t.TempDir(), Cache: t.TempDir()})
		var said problem.Problem
		require.ErrorAs(t, err, &said)
		assert.Equal(t, "its server does not start", said.Summary)
	}
}

// What has nothing to do with Python gets no hint about it.
func TestUnusableState(t *testing.T) {
	_, err := Start(context.Background(), Options{Python: python(t), State: t.TempDir(), Cache: t.TempDir(), Memory: "much"})
	var said problem.Problem
	require.ErrorAs(t, err, &said)
	assert.Contains(t, said.Detail, "cannot be served")
	assert.Empty(t, said.Hint)
}

// The context ends the waiting for a server that says nothing.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Start(ctx, Options{Python: python(t), State: t.TempDir(), Cache: t.TempDir()})
	require.ErrorIs(t, err, context.Canceled)
}

// The program is written once, whole, under a name made of its content.
func TestUnpack(t *testing.T) {
	folder := t.TempDir()
	first, err := unpack(folder)
	require.NoError(t, err)
	second, err := unpack(folder)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	for _, name := range []string{"__main__.py", "dorc_bigquery/__init__.py", "dorc_bigquery/sql/library.sql"} {
		assert.FileExists(t, filepath.Join(first, name))
	}
	assert.Contains(t, string(Requirements()), "duckdb==")
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}
