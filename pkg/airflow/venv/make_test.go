package venv

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/problem"
)

func script(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755))
}

// says is a Python that only tells what it is.
func says(dir, minor string) string {
	return `case "$*" in *json*) echo '{"executable": "` + dir + `/python", "major": 3, "minor": ` + minor + `, "micro": 4, "platform": "p", "venv": true}';; *) exit 7;; esac`
}

func TestMakeNeedsTheImagesPython(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	o := Options{Image: airflow.Default(), Cache: t.TempDir()}
	refused := func(detail string) {
		t.Helper()
		_, err := Make(context.Background(), o)
		var p problem.Problem
		require.ErrorAs(t, err, &p)
		assert.Equal(t, "there is no Python 3.11 to run it with", p.Summary)
		assert.Contains(t, p.Detail, detail)
		assert.Contains(t, p.Hint, "Install Python 3.11")
	}
	refused("No python3 is in PATH")
	script(t, dir, "python3", says(dir, "12"))
	refused("is Python 3.12.4")
	script(t, dir, "mine", says(dir, "9"))
	o.Python = filepath.Join(dir, "mine")
	refused("mine is Python 3.9.4")
}

// An installation that breaks off leaves nothing that a later one would take for whole.
func TestMakeAgain(t *testing.T) {
	dir, cache := t.TempDir(), t.TempDir()
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	script(t, dir, "python3.11", says(dir, "11"))
	require.NoError(t, os.Symlink("python3.11", filepath.Join(dir, "python")))
	script(t, dir, "uv", `case "$1 $2" in
"venv "*) for last; do :; done; mkdir -p "$last/bin" "$last/lib/python3.11/site-packages";;
"pip "*) echo "$*" >> `+dir+`/asked; if [ -e `+dir+`/broken ]; then echo "error: dns error" >&2; exit 2; fi;;
esac`)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "broken"), nil, 0o600))
	o := Options{Image: airflow.Default(), Cache: cache, More: []string{"duckdb==1.4.2"}}
	_, err := Make(context.Background(), o)
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "the packages of a lock file cannot be installed for it", p.Summary)
	assert.Contains(t, p.Detail, "dns error")
	left, err := filepath.Glob(filepath.Join(cache, "airflow", "*", "bin"))
	require.NoError(t, err)
	assert.Empty(t, left)

	require.NoError(t, os.Remove(filepath.Join(dir, "broken")))
	env, err := Make(context.Background(), o)
	require.NoError(t, err)
	assert.True(t, env.Made)
	assert.Equal(t, filepath.Join(env.Bin, "python"), env.Python)
	again, err := Make(context.Background(), o)
	require.NoError(t, err)
	assert.False(t, again.Made)
	assert.Equal(t, env.Python, again.Python)

	folder := filepath.Dir(env.Bin)
	lock, err := os.ReadFile(filepath.Join(folder, "dorc-lock.txt"))
	require.NoError(t, err)
	assert.Equal(t, o.Image.Lock(), lock)
	constraints, err := os.ReadFile(filepath.Join(folder, "dorc-constraints.txt"))
	require.NoError(t, err)
	assert.Contains(t, string(constraints), "\napache-airflow==2.10.5\n")
	assert.NotContains(t, string(constraints), "--hash")
	asked, err := os.ReadFile(filepath.Join(dir, "asked"))
	require.NoError(t, err)
	assert.Contains(t, string(asked), "--no-deps --require-hashes -r "+filepath.Join(folder, "dorc-lock.txt"))
	assert.Contains(t, string(asked), "-c "+filepath.Join(folder, "dorc-constraints.txt")+" -r "+filepath.Join(folder, "dorc-more.txt"))

	o.More = nil
	other, err := Make(context.Background(), o)
	require.NoError(t, err)
	assert.NotEqual(t, env.Python, other.Python)

	o.Amazon = true
	amazon, err := Make(context.Background(), o)
	require.NoError(t, err)
	assert.NotEqual(t, other.Python, amazon.Python)
	lock, err = os.ReadFile(filepath.Join(filepath.Dir(amazon.Bin), "dorc-lock.txt"))
	require.NoError(t, err)
	assert.Equal(t, string(o.Image.Lock())+string(o.Image.AmazonLock()), string(lock))
}
