package bigquery

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
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

// csv is a server of local buckets with a file, and its URL.
func csv(t *testing.T) (url string, end func()) {
	t.Helper()
	store, err := objects.New(t.TempDir(), bucket{})
	require.NoError(t, err)
	storage, err := gcs.Start(store, gcs.Listener{Missing: func(string) {}, Created: func(gcs.Object) {}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = storage.Close() })
	answer, err := http.Post(storage.URL+"/upload/storage/v1/b/data/o?uploadType=media&name=x.csv", "text/csv", strings.NewReader("1\n2\n"))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	return storage.URL, func() { assert.NoError(t, storage.Close()) }
}

// load reads the file into a table and sums it up.
func load(t *testing.T, url string) string {
	t.Helper()
	_, failure := query(t, url, "CREATE SCHEMA IF NOT EXISTS d")
	require.Empty(t, failure)
	answer, err := http.Post(url+"/bigquery/v2/projects/p/jobs", "application/json", strings.NewReader(`{"configuration": {"load": {
		"sourceUris": ["gs://data/x.csv"], "sourceFormat": "CSV", "writeDisposition": "WRITE_TRUNCATE",
		"schema": {"fields": [{"name": "n", "type": "INT64"}]}, "destinationTable": {"projectId": "p", "datasetId": "d", "tableId": "x"}}}}`))
	require.NoError(t, err)
	var job struct {
		JobReference struct{ JobID string }
		Status       struct {
			State       string
			ErrorResult struct{ Message string }
		}
	}
	read := func() {
		require.NoError(t, errors.Join(json.NewDecoder(answer.Body).Decode(&job), answer.Body.Close()))
	}
	for read(); job.Status.State != "DONE"; read() {
		answer, err = http.Get(url + "/bigquery/v2/projects/p/jobs/" + job.JobReference.JobID)
		require.NoError(t, err)
	}
	require.Empty(t, job.Status.ErrorResult.Message)
	rows, failure := query(t, url, "SELECT SUM(n) FROM d.x")
	require.Empty(t, failure)
	return strings.Join(rows, " ")
}

// A server outlives who started it while others use it, and so do the buckets that it reads.
func TestOthersUseIt(t *testing.T) {
	ctx, options := context.Background(), Options{Python: python(t), State: t.TempDir(), Cache: t.TempDir()}
	var end, end2 func()
	options.Storage, end = csv(t)
	first, err := Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = Stop(ctx, options.State) })
	options.Storage, end2 = csv(t)
	second, err := Start(ctx, options)
	require.NoError(t, err)
	options.Storage, _ = csv(t)
	third, err := Start(ctx, options)
	require.NoError(t, err)

	require.NoError(t, first.Stop(ctx))
	end()
	assert.Equal(t, "3", load(t, second.URL()))
	require.NoError(t, second.Stop(ctx))
	end2()
	assert.Equal(t, "3", load(t, third.URL()))

	require.NoError(t, third.Stop(ctx))
	assert.NoFileExists(t, filepath.Join(options.State, "server.json"), "the last one ends it")
	again, err := Start(ctx, options)
	require.NoError(t, err)
	assert.True(t, again.Own())
	rows, _ := query(t, again.URL(), "SELECT SUM(n) FROM d.x")
	assert.Equal(t, []string{"3"}, rows, "with its files written")
	require.NoError(t, again.Stop(ctx))
}

// Who is killed uses it no more, whether they started it or found it.
func TestKilledUsers(t *testing.T) {
	ctx, options := context.Background(), Options{Python: python(t), State: t.TempDir(), Cache: t.TempDir()}
	owner, other := user(t, options), user(t, options)
	mine, err := Start(ctx, options)
	require.NoError(t, err)
	assert.False(t, mine.Own())
	for _, killed := range []*exec.Cmd{owner, other} {
		require.NoError(t, killed.Process.Kill())
		_ = killed.Wait() // it was killed
		_, failure := query(t, mine.URL(), "SELECT 1")
		assert.Empty(t, failure)
	}
	require.NoError(t, mine.Stop(ctx))
	_, ok := Find(ctx, options.State)
	assert.False(t, ok)
	_, err = os.Stat(filepath.Join(options.State, "server.json"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// asUser makes the test's own binary a process that uses a server; the value has its options.
const asUser = "DORC_TEST_AS_USER"

func TestMain(m *testing.M) {
	if text := os.Getenv(asUser); text != "" {
		var options Options
		if err := json.Unmarshal([]byte(text), &options); err != nil {
			panic(err)
		}
		if _, err := Start(context.Background(), options); err != nil {
			panic(err)
		}
		fmt.Println("uses it")
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// user starts another process that uses a server.
func user(t *testing.T, options Options) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(map[string]string{"Python": options.Python, "State": options.State, "Cache": options.Cache})
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asUser+"="+string(text))
	_, err = cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "uses it\n", line)
	return cmd
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
