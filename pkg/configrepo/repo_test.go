package configrepo_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/configrepo/configrepotest"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// load unpacks an archive and loads it; problems fail the test.
func load(t *testing.T, archive string) (*configrepo.Repo, string) {
	t.Helper()
	root := t.TempDir()
	unpack(t, root, txtar.Parse([]byte(archive)))
	repo, problems := configrepo.Load(root, "")
	require.NoError(t, problems.Err())
	return repo, root
}

func TestLoad(t *testing.T) {
	repo, root := load(t, `
-- requirements.txt --
-- src/raw/weather/pipeline.yaml --
functions:
  - name: publish
  - name: clean
    next: publish
-- src/raw/weather/requirements.txt --
-- src/raw/weather/clean/lambda.py --
-- src/raw/weather/clean/requirements.txt --
-- src/raw/weather/src/publish/lambda.py --
-- src/curated/program/main.go --
-- src/curated/program/b/lambda.py --
-- src/curated/program/a/lambda.py --
`)
	at := func(p string) string { return filepath.Join(root, filepath.FromSlash(p)) }
	assert.Equal(t, root, repo.Root)
	assert.Equal(t, "src", repo.SourceCodeFolder)
	assert.Equal(t, at("requirements.txt"), repo.Requirements)
	require.Len(t, repo.Pipelines, 2)

	program, weather := repo.Pipelines[0], repo.Pipelines[1]
	assert.Equal(t, "curated/program", program.ID())
	assert.True(t, program.Program)
	assert.Empty(t, program.File)
	assert.Nil(t, program.Source)
	// Without a pipeline.yaml, functions run in name order.
	assert.Equal(t, definition.Chain([]string{"a", "b"}), program.Definition.Functions)
	assert.Equal(t, &definition.Next{Function: "b"}, program.Definition.Functions[0].Next)

	assert.Equal(t, "raw/weather", weather.ID())
	assert.False(t, weather.Program)
	assert.Equal(t, at("src/raw/weather"), weather.Dir)
	assert.Equal(t, at("src/raw/weather/pipeline.yaml"), weather.File)
	assert.Equal(t, at("src/raw/weather/requirements.txt"), weather.Requirements)
	require.Len(t, weather.Functions, 2)
	clean, publish := weather.Functions[0], weather.Functions[1]
	assert.Equal(t, "raw/weather/clean", clean.ID())
	assert.Equal(t, at("src/raw/weather/clean"), clean.Dir)
	assert.Equal(t, at("src/raw/weather/clean/requirements.txt"), clean.Requirements)
	assert.Equal(t, at("src/raw/weather/src/publish"), publish.Dir)
	assert.Empty(t, publish.Requirements)
	assert.Same(t, clean, weather.Function("clean"))
	assert.Nil(t, weather.Function("other"))
}

func TestGeneratedRepoIsSound(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, configrepotest.Write(dir, configrepotest.Shape{Layers: 3, Pipelines: 4, Functions: 3}))
	repo, problems := configrepo.Load(dir, "")
	require.NoError(t, problems.Err())
	assert.Len(t, repo.Pipelines, 12)
	assert.Len(t, repo.Order(), 3)
}

func TestLookup(t *testing.T) {
	repo, _ := load(t, `
-- src/raw/weather/a/lambda.py --
-- src/curated/sales/a/lambda.py --
`)
	p, err := repo.Pipeline("raw", "weather")
	require.NoError(t, err)
	assert.Equal(t, "raw/weather", p.ID())
	for want, ask := range map[string][2]string{
		`Did you mean "raw/weather"?`:                  {"raw", "wether"},
		"A pipeline of that name is in the layer raw":  {"curated", "weather"},
		"Pipelines: curated/sales, raw/weather":        {"x", "completely-different"},
		"A pipeline of that name is in the layer cura": {"", "sales"},
	} {
		_, err := repo.Pipeline(ask[0], ask[1])
		assert.ErrorContains(t, err, want)
	}
	_, err = (&configrepo.Repo{}).Pipeline("a", "b")
	assert.ErrorContains(t, err, "The config repo has no pipelines.")
}

func TestOrder(t *testing.T) {
	repo, _ := load(t, `
-- src/l/a/pipeline.yaml --
functions: [{name: f, next: {pipeline: l/b}}]
-- src/l/a/f/lambda.py --
-- src/l/b/pipeline.yaml --
functions: [{name: f, next: {pipeline: l/d}}]
-- src/l/b/f/lambda.py --
-- src/l/c/pipeline.yaml --
functions: [{name: f, next: {pipeline: l/d}}]
-- src/l/c/f/lambda.py --
-- src/l/d/f/lambda.py --
-- src/l/e/f/lambda.py --
`)
	var levels []string
	for _, level := range repo.Order() {
		var names []string
		for _, p := range level {
			names = append(names, p.Name)
		}
		levels = append(levels, strings.Join(names, " "))
	}
	assert.Equal(t, []string{"d e", "b c", "a"}, levels)
	assert.Empty(t, (&configrepo.Repo{}).Order())
}

func TestOrderOfCircle(t *testing.T) {
	root := t.TempDir()
	for name, next := range map[string]string{"a": "l/b", "b": "l/a", "c": "l/a", "d": "l/none"} {
		write(t, root, "src/l/"+name+"/pipeline.yaml", "functions: [{name: f, next: {pipeline: "+next+"}}]")
		write(t, root, "src/l/"+name+"/f/lambda.py", "")
	}
	repo, problems := configrepo.Load(root, "")
	assert.NotEmpty(t, problems)
	levels := repo.Order()
	require.Len(t, levels, 2)
	assert.Equal(t, "d", levels[0][0].Name)
	assert.Len(t, levels[1], 3)
}

func TestFind(t *testing.T) {
	// The way to the repo has a folder src as well, and characters of patterns.
	root := filepath.Join(t.TempDir(), "src", "org", "re[p]o*")
	write(t, root, "src/raw/weather/src/clean/lambda.py", "")
	write(t, root, "universal/main.go", "")
	write(t, root, "infra/deep/er/file", "")
	for _, dir := range []string{"", "universal", "infra/deep/er", "src", "src/raw", "src/raw/weather", "src/raw/weather/src/clean"} {
		found, err := configrepo.Find(filepath.Join(root, dir), "")
		require.NoError(t, err)
		assert.Equal(t, root, found, dir)
	}
	_, err := configrepo.Find(root, "no-such-folder")
	assert.ErrorContains(t, err, "there is no config repo here or above")

	t.Chdir(filepath.Join(root, "universal"))
	found, err := configrepo.Find(".", "src")
	require.NoError(t, err)
	assert.Equal(t, root, found)
}

// TestPlacesAreRelative holds that problems name files as a person would type them.
func TestPlacesAreRelative(t *testing.T) {
	parent := t.TempDir()
	root := filepath.Join(parent, "repo")
	write(t, root, "src/raw/weather/pipeline.yaml", "functons: []")
	t.Chdir(parent)
	for given, want := range map[string]string{
		"repo":   "repo/src/raw/weather/pipeline.yaml:1:1",
		"./repo": "repo/src/raw/weather/pipeline.yaml:1:1",
		root:     "repo/src/raw/weather/pipeline.yaml:1:1",
	} {
		_, problems := configrepo.Load(given, "")
		require.Len(t, problems, 1, given)
		assert.Equal(t, want, problems[0].Place())
	}
	t.Chdir(filepath.Join(root, "src"))
	_, problems := configrepo.Load("..", "")
	assert.Equal(t, "../src/raw/weather/pipeline.yaml:1:1", problems[0].Place())
}

func TestHostileRepos(t *testing.T) {
	tests := map[string]struct {
		make func(t *testing.T, root string)
		want string
	}{
		"no repo": {func(t *testing.T, root string) { require.NoError(t, os.RemoveAll(root)) }, "it does not exist"},
		"root is a file": {func(t *testing.T, root string) {
			require.NoError(t, os.RemoveAll(root))
			require.NoError(t, os.WriteFile(root, nil, 0o644))
		}, "it cannot be read"},
		"huge definition": {func(t *testing.T, root string) {
			write(t, root, "src/a/b/f/lambda.py", "")
			write(t, root, "src/a/b/pipeline.yaml", "")
			require.NoError(t, os.Truncate(filepath.Join(root, "src/a/b/pipeline.yaml"), 1<<40))
		}, "src/a/b/pipeline.yaml: the file is too large"},
		"pipe as a definition": {func(t *testing.T, root string) {
			write(t, root, "src/a/b/f/lambda.py", "")
			require.NoError(t, syscall.Mkfifo(filepath.Join(root, "src/a/b/pipeline.yaml"), 0o644))
		}, "src/a/b/pipeline.yaml: this is not a file"},
		"odd names": {func(t *testing.T, root string) {
			for _, name := range []string{"a\nb", "a\tb", "\xff", "a:b", "$(touch x)", ";", "a'b", "\u202e", "..."} {
				write(t, root, "src/raw/weather/"+name+"/lambda.py", "")
			}
		}, `"$(touch x)" cannot be the name of a function`},
		"definition leaves the repo": {func(t *testing.T, root string) {
			write(t, root, "src/a/b/f/lambda.py", "")
			require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(root, "src/a/b/pipeline.yaml")))
		}, "path escapes from parent"},
		"folder in itself": {func(t *testing.T, root string) {
			write(t, root, "src/a/b/f/lambda.py", "")
			require.NoError(t, os.Symlink("..", filepath.Join(root, "src/a/b/up")))
			require.NoError(t, os.Symlink("nowhere", filepath.Join(root, "src/a/b/bad")))
		}, "src/a/b/bad: the symbolic link cannot be followed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "repo")
			require.NoError(t, os.Mkdir(root, 0o755))
			tt.make(t, root)
			repo, problems := configrepo.Load(root, "")
			assert.NotNil(t, repo)
			assert.Contains(t, print(root, problems), tt.want)
			assert.NotContains(t, print(root, problems), "root:", "a file outside the repo was read")
		})
	}
}

func TestUnreadableFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	root := t.TempDir()
	write(t, root, "src/a/b/f/lambda.py", "")
	closed := filepath.Join(root, "src/a/closed")
	require.NoError(t, os.Mkdir(closed, 0))
	_, problems := configrepo.Load(root, "")
	assert.Contains(t, print(root, problems), "src/a/closed: it cannot be read")
}

// FuzzLoad holds that nothing in a definition or a folder's name panics, and
// that a sound repo has sound parts.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("functions: [{name: clean, next: {pipeline: raw/other}}]"), "weather", "clean")
	f.Add([]byte(""), "we_ather", "cl-ean")
	f.Add([]byte("kind: dag"), "..", "-")
	f.Fuzz(func(t *testing.T, data []byte, pipeline, function string) {
		for _, name := range []string{pipeline, function} {
			if name == "" || len(name) > 100 || strings.ContainsAny(name, "/\x00") {
				t.Skip()
			}
		}
		root := t.TempDir()
		dir := filepath.Join(root, "src", "raw", pipeline, function)
		if !strings.HasPrefix(dir, filepath.Join(root, "src", "raw")+"/") || os.MkdirAll(dir, 0o755) != nil {
			return // no folder can have these names
		}
		if os.WriteFile(filepath.Join(dir, "lambda.py"), nil, 0o644) != nil ||
			os.WriteFile(filepath.Join(dir, "..", "pipeline.yaml"), data, 0o644) != nil {
			t.Skip()
		}
		repo, problems := configrepo.Load(root, "")
		if len(problems) > 0 {
			return
		}
		for _, p := range repo.Pipelines {
			if len(p.Functions) != len(p.Definition.Functions) {
				t.Fatalf("%s has %d folders for %d functions", p.ID(), len(p.Functions), len(p.Definition.Functions))
			}
			for _, function := range p.Functions {
				if _, err := function.Hash(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// What a DAG starts is applied before it.
func TestOrderOfDAGs(t *testing.T) {
	repo := &configrepo.Repo{Pipelines: []*configrepo.Pipeline{
		{Layer: "curated", Name: "all", Definition: &definition.Pipeline{}, AlsoStarts: []string{"raw/orders", "raw/absent"}},
		{Layer: "raw", Name: "orders", Definition: &definition.Pipeline{}},
	}}
	levels := repo.Order()
	require.Len(t, levels, 2)
	assert.Equal(t, "raw/orders", levels[0][0].ID())
	assert.Equal(t, "curated/all", levels[1][0].ID())
}
