package worktree

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run runs git for a test, without this machine's configuration.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "protocol.file.allow=always"}, args...)...) //nolint:gosec // a test's own
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// repo makes a repository with one commit, and a config repo in a folder of it.
func repo(t *testing.T, name string) (top, folder string) {
	top = filepath.Join(t.TempDir(), name)
	folder = filepath.Join(top, "config")
	write(t, folder, "src/a.sql", "select 1")
	write(t, folder, ".gitignore", "*.log\n")
	write(t, top, "other.txt", "x")
	run(t, top, "init", "-q", "-b", "main")
	run(t, top, "add", ".")
	run(t, top, "commit", "-q", "-m", "first")
	return top, folder
}

func read(t *testing.T, folder string) State {
	t.Helper()
	s, err := Read(t.Context(), folder)
	require.NoError(t, err)
	return s
}

func TestClean(t *testing.T) {
	top, folder := repo(t, "pipelines")
	want := State{Repository: "pipelines", Branch: "main", Commit: run(t, top, "rev-parse", "HEAD")}
	assert.Equal(t, want, read(t, folder))
	assert.False(t, want.Dirty())
	// What is beside the folder, and what git ignores, does not count.
	write(t, top, "other.txt", "y")
	write(t, folder, "run.log", "z")
	assert.Equal(t, want, read(t, folder))
	run(t, top, "remote", "add", "origin", "git@example.com:team/data-pipelines.git")
	want.Repository = "data-pipelines"
	assert.Equal(t, want, read(t, folder))
}

func TestDirty(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, top, folder string){
		"config/src/a.sql": func(t *testing.T, _, folder string) { write(t, folder, "src/a.sql", "select 2") },
		"config/src/b c.sql": func(t *testing.T, _, folder string) {
			write(t, folder, "src/b c.sql", "select 2") // unknown to git
		},
		"config/src/ä.sql": func(t *testing.T, top, folder string) {
			write(t, folder, "src/ä.sql", "select 2")
			run(t, top, "add", ".")
		},
		"config/src/renamed.sql": func(t *testing.T, top, _ string) { run(t, top, "mv", "config/src/a.sql", "config/src/renamed.sql") },
		"config/.gitignore": func(t *testing.T, _, folder string) {
			require.NoError(t, os.Remove(filepath.Join(folder, ".gitignore")))
		},
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			top, folder := repo(t, "pipelines")
			change(t, top, folder)
			s := read(t, folder)
			assert.Equal(t, []string{name}, s.Changed)
			assert.True(t, s.Dirty())
		})
	}
}

func TestDetached(t *testing.T) {
	top, folder := repo(t, "pipelines")
	run(t, top, "checkout", "-q", "--detach")
	s := read(t, folder)
	assert.Empty(t, s.Branch)
	assert.Len(t, s.Commit, 40)
	assert.False(t, s.Dirty())
}

func TestWorktreeAndSubmodule(t *testing.T) {
	top, _ := repo(t, "pipelines")
	second := filepath.Join(t.TempDir(), "second")
	run(t, top, "worktree", "add", "-q", "-b", "feature/x", second)
	s := read(t, filepath.Join(second, "config"))
	assert.Equal(t, "feature/x", s.Branch)
	assert.False(t, s.Dirty())

	outer, _ := repo(t, "outer")
	run(t, outer, "submodule", "--quiet", "add", top, "inner")
	run(t, outer, "commit", "-q", "-m", "second")
	inner := read(t, filepath.Join(outer, "inner", "config"))
	assert.Equal(t, run(t, top, "rev-parse", "HEAD"), inner.Commit)
	assert.Equal(t, "pipelines", inner.Repository)
	write(t, outer, "inner/config/src/a.sql", "select 2")
	assert.True(t, read(t, filepath.Join(outer, "inner", "config")).Dirty())
	assert.Equal(t, []string{"inner"}, read(t, outer).Changed)
}

func TestWithoutCommit(t *testing.T) {
	top := t.TempDir()
	run(t, top, "init", "-q", "-b", "main")
	s := read(t, top)
	assert.Empty(t, s.Commit)
	assert.True(t, s.Dirty())
}

// A variable that leads git elsewhere, as a hook has it, does not.
func TestInHook(t *testing.T) {
	_, folder := repo(t, "pipelines")
	other, _ := repo(t, "other")
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	t.Setenv("GIT_WORK_TREE", other)
	s := read(t, folder)
	assert.Equal(t, "pipelines", s.Repository)
}

// Asking starts no program that the repository's own configuration names.
func TestNothingOfTheRepositoryRuns(t *testing.T) {
	top, folder := repo(t, "pipelines")
	mark := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(t.TempDir(), "monitor")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o700)) //nolint:gosec // it is to be started
	run(t, top, "config", "core.fsmonitor", script)
	read(t, folder)
	assert.NoFileExists(t, mark)
}

func TestWithoutGit(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "plain")
	write(t, folder, "a", "b")
	s := read(t, folder)
	assert.Equal(t, State{Repository: "plain", Missing: "the folder is in no git repository"}, s)
	assert.True(t, s.Dirty())
	t.Setenv("PATH", t.TempDir())
	assert.Equal(t, "the program git is not installed", read(t, folder).Missing)
}

func TestNameOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/team/name.git": "name", "git@example.com:name.git": "name", "/srv/git/name.git/": "name",
		`C:\work\name`: "name", "https://example.com/name": "name", "": "", "/": "",
	} {
		assert.Equal(t, want, nameOf(address), address)
	}
}
