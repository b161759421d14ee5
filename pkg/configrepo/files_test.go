package configrepo_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func paths(t *testing.T, f *configrepo.Function) []string {
	t.Helper()
	files, err := f.Files()
	require.NoError(t, err)
	var all []string
	for _, file := range files {
		all = append(all, file.Path)
	}
	return all
}

func TestFiles(t *testing.T) {
	repo, root := load(t, `
-- .gitignore --
*.log
/top.txt
-- src/raw/.gitignore --
weather/clean/secret.txt
-- src/raw/weather/clean/.gitignore --
!keep.log
data/*
!data/schema.json
-- src/raw/weather/clean/lambda.py --
-- src/raw/weather/clean/requirements.txt --
-- src/raw/weather/clean/top.txt --
-- src/raw/weather/clean/a.log --
-- src/raw/weather/clean/keep.log --
-- src/raw/weather/clean/secret.txt --
-- src/raw/weather/clean/data/rows.csv --
-- src/raw/weather/clean/data/schema.json --
-- src/raw/weather/clean/.git/config --
-- src/raw/weather/clean/__pycache__/lambda.pyc --
-- src/raw/weather/clean/lib/__pycache__/x.pyc --
-- src/raw/weather/clean/lib/x.py --
-- src/raw/shared/util.py --
-- src/raw/shared/deep/er.py --
-- links --
src/raw/weather/clean/shared -> ../../shared
src/raw/weather/clean/one.py -> ../../shared/util.py
src/raw/weather/clean/broken.log -> nowhere
`)
	f := repo.Pipelines[0].Functions[0]
	assert.Equal(t, []string{".gitignore", "data/schema.json", "keep.log", "lambda.py", "lib/x.py", "one.py",
		"requirements.txt", "shared/deep/er.py", "shared/util.py", "top.txt"}, paths(t, f))
	files, err := f.Files()
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(root, "src/raw/weather/clean/data/schema.json"), files[1].Abs)
	assert.False(t, files[1].Executable())
	assert.True(t, files[5].Mode.IsRegular(), "a link is the file it leads to")

	opened, err := f.Open("shared/util.py")
	require.NoError(t, err)
	_, err = io.ReadAll(opened)
	require.NoError(t, err)
	require.NoError(t, opened.Close())
	_, err = f.Open("../../../../../../etc/passwd")
	assert.ErrorContains(t, err, "path escapes from parent")
}

// TestFilesAgainstGit compares with what git itself would add.
func TestFilesAgainstGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	repo, root := load(t, `
-- .gitignore --
# comment
*.log
!important.log
build/
/only-root
docs/**/*.txt
**/cache
a?c
[xy].tmp
[!k]eep.dat
trailing   
\#hash
\!bang
foo/bar
**/deep/**
src/*/weather/clean/anchored
*.d/
nodir
!*/
-- src/raw/weather/clean/lambda.py --
-- src/raw/weather/clean/x.log --
-- src/raw/weather/clean/important.log --
-- src/raw/weather/clean/build/out --
-- src/raw/weather/clean/lib/build/out --
-- src/raw/weather/clean/lib/build.py --
-- src/raw/weather/clean/only-root --
-- src/raw/weather/clean/docs/a/b.txt --
-- src/raw/weather/clean/cache/x --
-- src/raw/weather/clean/lib/cache --
-- src/raw/weather/clean/abc --
-- src/raw/weather/clean/abbc --
-- src/raw/weather/clean/x.tmp --
-- src/raw/weather/clean/z.tmp --
-- src/raw/weather/clean/keep.dat --
-- src/raw/weather/clean/leep.dat --
-- src/raw/weather/clean/trailing --
-- src/raw/weather/clean/#hash --
-- src/raw/weather/clean/!bang --
-- src/raw/weather/clean/foo/bar --
-- src/raw/weather/clean/deep/x/y --
-- src/raw/weather/clean/anchored --
-- src/raw/weather/clean/conf.d/x --
-- src/raw/weather/clean/plain.d --
-- src/raw/weather/clean/nodir/x --
-- src/raw/weather/clean/sub/.gitignore --
*
!.gitignore
!kept/
!kept/**
-- src/raw/weather/clean/sub/lost --
-- src/raw/weather/clean/sub/kept/x --
-- src/raw/weather/clean/sub/kept/y/z --
-- src/raw/weather/clean/not/.gitignore --
inner/*
!inner/yes
-- src/raw/weather/clean/again/.gitignore --
all/**
!all/keep
!all/dir
!all/dir/**/x
back/b
!back/b
/first
**/tail/**
!**/tail/yes
q/**/z
-- src/raw/weather/clean/again/all/keep --
-- src/raw/weather/clean/again/all/lose --
-- src/raw/weather/clean/again/all/dir/x --
-- src/raw/weather/clean/again/all/dir/y --
-- src/raw/weather/clean/again/back/b/c --
-- src/raw/weather/clean/again/first --
-- src/raw/weather/clean/again/n/first --
-- src/raw/weather/clean/again/m/tail/yes --
-- src/raw/weather/clean/again/m/tail/no --
-- src/raw/weather/clean/again/q/z --
-- src/raw/weather/clean/again/q/a/b/z --
-- src/raw/weather/clean/again/q/a/y --
-- src/raw/weather/clean/not/inner/yes --
-- src/raw/weather/clean/not/inner/no --
`)
	run := func(args ...string) string {
		command := exec.Command(git, args...)
		command.Dir = root
		command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := command.CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	run("init", "--quiet")
	const dir = "src/raw/weather/clean/"
	var want []string
	for line := range strings.Lines(run("-c", "core.quotepath=off", "ls-files", "--others", "--exclude-standard", dir)) {
		want = append(want, strings.TrimPrefix(strings.TrimSpace(line), dir))
	}
	require.NotEmpty(t, want)
	assert.ElementsMatch(t, want, paths(t, repo.Pipelines[0].Functions[0]))
}

func TestFilesRefused(t *testing.T) {
	const handler = "src/raw/weather/clean/lambda.py"
	for name, tt := range map[string]struct {
		make func(t *testing.T, root string)
		want string
	}{
		"handler is ignored": {func(t *testing.T, root string) { write(t, root, ".gitignore", "weather\n") },
			handler + ": git ignores the handler of a function"},
		"link leaves the repo": {func(t *testing.T, root string) {
			require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(root, "src/raw/weather/clean/x")))
		}, "src/raw/weather/clean/x: the symbolic link cannot be followed"},
		"link in a circle": {func(t *testing.T, root string) {
			require.NoError(t, os.Symlink("..", filepath.Join(root, "src/raw/weather/clean/x")))
		}, "the symbolic link leads in a circle"},
		"pipe": {func(t *testing.T, root string) {
			require.NoError(t, syscall.Mkfifo(filepath.Join(root, "src/raw/weather/clean/x"), 0o644))
		}, "src/raw/weather/clean/x: this is not a file"},
		"deep": {func(t *testing.T, root string) {
			write(t, root, "src/raw/weather/clean/"+strings.Repeat("d/", 70)+"x", "")
		}, "folders are nested too deeply"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			write(t, root, handler, "")
			repo, problems := configrepo.Load(root, "")
			require.NoError(t, problems.Err())
			tt.make(t, root)
			f := repo.Pipelines[0].Functions[0]
			_, err := f.Files()
			require.Error(t, err)
			assert.Contains(t, strings.ReplaceAll(err.Error(), root+"/", ""), tt.want)
			_, hashErr := f.Hash()
			assert.Equal(t, err, hashErr)
		})
	}
	_, err := (&configrepo.Function{Layer: "a", Pipeline: "b", Name: "c"}).Hash()
	assert.ErrorContains(t, err, "a/b/c was not made by Load")
}

// TestHash changes one thing at a time: what decides about the image changes
// the hash, what does not leaves it.
func TestHash(t *testing.T) {
	const dir = "src/raw/weather/clean/"
	root := t.TempDir()
	write(t, root, ".gitignore", "*.log\n")
	write(t, root, "requirements.txt", "pandas\n")
	write(t, root, "src/raw/weather/requirements.txt", "numpy\n")
	write(t, root, "src/raw/weather/pipeline.yaml", "functions: [{name: clean}]")
	write(t, root, dir+"lambda.py", "pass\n")
	write(t, root, dir+"lib/a.py", "a\n")
	hash := func() string {
		t.Helper()
		repo, problems := configrepo.Load(root, "")
		require.NoError(t, problems.Err())
		h, err := repo.Pipelines[0].Functions[0].Hash()
		require.NoError(t, err)
		return h
	}
	first := hash()
	assert.Regexp(t, "^[0-9a-f]{64}$", first)
	assert.Equal(t, first, hash())
	// It names images in clouds: a change here rebuilds every function of everyone.
	assert.Equal(t, "bfd58f9630f0c5a81a4f311de99291d79fd1bd9e46c7bbe314bbc41ad07ea18b", first)

	for _, same := range []func(){
		func() { write(t, root, dir+"x.log", "ignored") },
		func() { write(t, root, dir+"__pycache__/lambda.pyc", "cache") },
		func() { write(t, root, dir+".git/HEAD", "ref") },
		func() { write(t, root, "src/raw/weather/pipeline.yaml", "functions: [{name: clean, timeout: 5}]") },
		func() { write(t, root, "src/raw/weather/README.md", "text") },
		func() { require.NoError(t, os.Chmod(filepath.Join(root, dir, "lambda.py"), 0o600)) },
		func() { require.NoError(t, os.Mkdir(filepath.Join(root, dir, "empty"), 0o755)) },
	} {
		same()
		assert.Equal(t, first, hash())
	}
	seen := map[string]bool{first: true}
	for i, other := range []func(){
		func() { write(t, root, dir+"lambda.py", "pass\n\n") },
		func() { write(t, root, dir+"new.py", "") },
		func() {
			require.NoError(t, os.Rename(filepath.Join(root, dir, "lib/a.py"), filepath.Join(root, dir, "lib/b.py")))
		},
		func() {
			require.NoError(t, os.Rename(filepath.Join(root, dir, "lib/b.py"), filepath.Join(root, dir, "b.py")))
		},
		func() { require.NoError(t, os.Chmod(filepath.Join(root, dir, "b.py"), 0o755)) },
		func() { write(t, root, dir+"requirements.txt", "numpy\n") },
		func() { write(t, root, "src/raw/weather/requirements.txt", "numpy==2\n") },
		func() { write(t, root, "requirements.txt", "pandas==2\n") },
		func() { require.NoError(t, os.Remove(filepath.Join(root, "requirements.txt"))) },
		func() { require.NoError(t, os.Remove(filepath.Join(root, "src/raw/weather/requirements.txt"))) },
		func() { write(t, root, ".gitignore", "") },
	} {
		other()
		h := hash()
		assert.False(t, seen[h], "change %d is not seen", i)
		seen[h] = true
	}
}
