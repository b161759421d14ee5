package scaffold

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/schema"
)

// What is made in one repo, one after the other, is what the loader finds.
func TestMadeRepoIsValid(t *testing.T) {
	r := Repo{Root: t.TempDir(), Project: "Example", Account: "000000000000"}
	_, err := r.NewEnvironment(Environment{Name: "prod"})
	require.NoError(t, err)
	_, err = r.NewPipeline(Pipeline{Layer: "raw", Name: "trips", Description: "All trips", Environments: []string{"prod"}})
	require.NoError(t, err)
	for _, name := range []string{"clean", "load"} {
		_, err = r.NewFunction(Function{Layer: "raw", Pipeline: "trips", Name: name})
		require.NoError(t, err)
	}
	repo, problems := configrepo.Load(r.Root, "")
	require.Empty(t, problems)
	pipeline, err := repo.Pipeline("raw", "trips")
	require.NoError(t, err)
	assert.Equal(t, "All trips", pipeline.Definition.Description)
	var names []string
	for _, f := range pipeline.Functions {
		names = append(names, f.Name)
	}
	assert.Equal(t, []string{"process", "clean", "load"}, names)
	assert.Equal(t, []string{"raw"}, r.Layers())
	assert.Equal(t, []string{"prod"}, r.Environments())
	_, err = config.LoadStack(filepath.Join(pipeline.Dir, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(r.Root, definition.SchemaFile))
	require.NoError(t, err)
	assert.Equal(t, schema.Pipeline, data)
}

// A DAG has a schema of its own, which its first line leads to.
func TestSchemaOfDAG(t *testing.T) {
	r := Repo{Root: t.TempDir()}
	_, err := r.NewPipeline(Pipeline{Layer: "raw", Name: "trips", Kind: definition.KindDag})
	require.NoError(t, err)
	for name, want := range map[string][]byte{definition.SchemaFile: schema.Pipeline, dag.SchemaFile: schema.DAG} {
		data, err := os.ReadFile(filepath.Join(r.Root, name))
		require.NoError(t, err)
		assert.Equal(t, want, data)
	}
	for name, first := range map[string]string{"pipeline.yaml": "pipeline.schema.json", "dag.yaml": "dag.schema.json"} {
		data, err := os.ReadFile(filepath.Join(r.Root, "src", "raw", "trips", name))
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(data), "# yaml-language-server: $schema=../../../"+first+"\n"), string(data))
	}
	other := Repo{Root: t.TempDir()}
	result, err := other.NewPipeline(Pipeline{Layer: "raw", Name: "trips", Kind: definition.KindWorkflow})
	require.NoError(t, err)
	assert.NotContains(t, result.Created, dag.SchemaFile, "nobody else needs it")
}

// Of several that make one thing at once, one does; the others overwrite nothing
// and leave nothing.
func TestAtOnce(t *testing.T) {
	r := Repo{Root: t.TempDir()}
	const many = 8
	results := make([]error, many)
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			_, results[i] = r.NewPipeline(Pipeline{Layer: "raw", Name: "trips", Function: fmt.Sprintf("f%d", i)})
		})
	}
	wg.Wait()
	entries, err := os.ReadDir(filepath.Join(r.Root, "src", "raw"))
	require.NoError(t, err)
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		}
	}
	assert.Equal(t, 1, won, "%v", results)
	require.Len(t, entries, 1, "nothing half-made is left")
	functions, err := filepath.Glob(filepath.Join(r.Root, "src/raw/trips/*/lambda.py"))
	require.NoError(t, err)
	assert.Len(t, functions, 1)
}

func TestAppendFunctionKeepsBytes(t *testing.T) {
	for _, c := range []struct{ name, given, want string }{
		{"line ends of Windows", "functions:\r\n  - name: a\r\n    timeout: 5\r\ntriggers:\r\n  - schedule: rate(1 day)\r\n",
			"functions:\r\n  - name: a\r\n    next: b\r\n    timeout: 5\r\n  - name: b\r\ntriggers:\r\n  - schedule: rate(1 day)\r\n"},
		{"no line end", "functions:\n  - name: a", "functions:\n  - name: a\n    next: b\n  - name: b"},
		{"byte order mark", "\xef\xbb\xbffunctions:\n- name: a\n", "\xef\xbb\xbffunctions:\n- name: a\n  next: b\n- name: b\n"},
		{"name is not first", "functions:\n  - timeout: 5\n    name: 'a'\n", "functions:\n  - timeout: 5\n    name: 'a'\n    next: b\n  - name: b\n"},
		{"wide characters", "functions:\n  - {description: é, name: a}\n", ""},
		{"keys behind", "functions:\n  - name: a\n\n\n# what it is\ndescription: x\n", "functions:\n  - name: a\n    next: b\n  - name: b\n\n\n# what it is\ndescription: x\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := appendFunction("pipeline.yaml", []byte(c.given), "b")
			if c.want == "" {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, string(got))
		})
	}
}

// FuzzAppendFunction holds that an edit is refused, or adds lines and words and
// takes none away, and that the result says what was meant.
func FuzzAppendFunction(f *testing.F) {
	archives, err := filepath.Glob("testdata/function_*.txtar")
	require.NoError(f, err)
	for _, path := range archives {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		if _, rest, ok := strings.Cut(string(data), "pipeline.yaml --\n"); ok {
			yaml, _, _ := strings.Cut(rest, "-- ")
			f.Add(yaml)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		before, source, problems := definition.Parse("pipeline.yaml", []byte(text))
		edited, err := appendFunction("pipeline.yaml", []byte(text), "zz")
		if err != nil || !source.Has("functions") || source.Function("zz") != "" {
			return
		}
		require.Empty(t, problems, "an invalid file is refused")
		after, _, problems := definition.Parse("pipeline.yaml", edited)
		require.Empty(t, problems)
		require.Len(t, after.Functions, len(before.Functions)+1)
		rest := string(edited)
		for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
			line = strings.TrimSuffix(line, "\r")
			_, found, ok := strings.Cut(rest, line)
			if !ok && strings.Contains(line, "{") {
				continue // next went into the braces
			}
			require.True(t, ok, "the line %q is gone", line)
			rest = found
		}
	})
}

func TestNames(t *testing.T) {
	r := Repo{Reserved: []string{"infra"}}
	for _, c := range []struct{ kind, name, want string }{
		{"layer", "", "the layer has no name"},
		{"layer", "infra", ""},
		{"pipeline", "infra", `"infra" cannot be the name of a pipeline: dorc's commands mean something else by it`},
		{"function", "a/b", `"a/b" cannot be the name of a function: ` + definition.NameRule},
		{"function", "a_b-1", ""},
	} {
		assert.Equal(t, c.want, r.CheckName(c.kind, c.name))
	}
	assert.Empty(t, CheckDescription("Café: 100 %"))
	assert.NotEmpty(t, CheckDescription("a\tb"))
	assert.NotEmpty(t, CheckEnvironment("a/b"))
}
