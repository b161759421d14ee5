package scaffold

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/schema"
)

var update = flag.Bool("update", false, "write golden files anew")

// call is what an archive's comment asks for, in YAML.
type call struct {
	New         string `yaml:"new"`
	Layer       string `yaml:"layer"`
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Function    string `yaml:"function"`
	Kind        string `yaml:"kind"`
	Env         string `yaml:"env"`
	Pipeline    string `yaml:"pipeline"`
	From        string `yaml:"from"`
	Project     string `yaml:"project"`
	Schema      string `yaml:"schema"`
	Templates   string `yaml:"templates"`
}

func (c call) do(r Repo) (*Result, error) {
	switch c.New {
	case "pipeline":
		p := Pipeline{Layer: c.Layer, Name: c.Name, Description: c.Description, Function: c.Function, Kind: definition.Kind(c.Kind)}
		if c.Env != "" {
			p.Environments = []string{c.Env}
		}
		return r.NewPipeline(p)
	case "function":
		return r.NewFunction(Function{Layer: c.Layer, Pipeline: c.Pipeline, Name: c.Name})
	case "environment":
		return r.NewEnvironment(Environment{Name: c.Name, From: c.From})
	default:
		return nil, fmt.Errorf("the archive asks for a new %q", c.New)
	}
}

// TestGolden holds everything that is written and said: each archive in testdata
// has a call in its comment and a repo in repo/, and behind that the result and
// each file that the call made or changed, in want/.
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { golden(t, path) })
	}
}

func golden(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	var c call
	require.NoError(t, yaml.UnmarshalWithOptions(archive.Comment, &c, yaml.Strict()))
	given, wanted := split(archive.Files)
	// The problems of configrepo name paths below the working folder.
	t.Chdir(t.TempDir())
	write(t, given)
	before := tree(t, ".")

	result, err := c.do(Repo{
		Root: "repo", Project: c.Project, Account: "000000000000", Reserved: []string{"universal", "infra"},
		Schema: c.Schema, Templates: c.Templates,
	})
	after := tree(t, ".")
	if err != nil {
		assert.Equal(t, before, after, "an error leaves nothing behind")
	}
	got := append([]txtar.File{{Name: "result", Data: []byte(said(result, err))}}, differences(before, after)...)
	if *update {
		t.Chdir(start)
		archive.Files = append(given, got...)
		require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
		return
	}
	assert.Equal(t, string(txtar.Format(&txtar.Archive{Files: wanted})), string(txtar.Format(&txtar.Archive{Files: got})))
}

// start is where the test began.
var start = func() string {
	wd, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return wd
}()

func split(files []txtar.File) (given, wanted []txtar.File) {
	for i, f := range files {
		if f.Name == "result" {
			return files[:i:i], files[i:]
		}
	}
	return files, nil
}

func write(t *testing.T, files []txtar.File) {
	require.NoError(t, os.MkdirAll("repo", 0o755))
	for _, f := range files {
		if target, ok := strings.CutPrefix(strings.TrimSpace(string(f.Data)), "symlink "); ok {
			require.NoError(t, os.MkdirAll(filepath.Dir(f.Name), 0o755))
			require.NoError(t, os.Symlink(target, f.Name))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(f.Name), 0o755))
		require.NoError(t, os.WriteFile(f.Name, f.Data, 0o644))
	}
}

// said is what a command would print.
func said(r *Result, err error) string {
	var b strings.Builder
	if err != nil {
		wd, _ := os.Getwd() // where it fails, the golden text does too
		fmt.Fprintln(&b, "error:", strings.ReplaceAll(err.Error(), wd, "$WORK"))
		return b.String()
	}
	for _, p := range r.Created {
		fmt.Fprintln(&b, "created", filepath.ToSlash(p))
	}
	for _, p := range r.Changed {
		fmt.Fprintln(&b, "changed", filepath.ToSlash(p))
	}
	if len(r.Left) > 0 {
		fmt.Fprintf(&b, "left: %s\n", r.Left.Error())
	}
	return b.String()
}

// tree is every file's content, and every folder.
func tree(t *testing.T, root string) map[string]string {
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		if d.IsDir() {
			files[path+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	}))
	return files
}

// differences are the files that are new or have another content. The JSON
// Schemas have tests of their own.
func differences(before, after map[string]string) []txtar.File {
	var files []txtar.File
	for _, path := range slices.Sorted(maps.Keys(after)) {
		old, was := before[path]
		if strings.HasSuffix(path, "/") || was && old == after[path] {
			continue
		}
		data := []byte(after[path])
		if bytes.Equal(data, schema.Pipeline) || bytes.Equal(data, schema.DAG) {
			data = []byte("(the JSON Schema)\n")
		}
		files = append(files, txtar.File{Name: "want/" + filepath.ToSlash(strings.TrimPrefix(path, "repo"+string(filepath.Separator))), Data: data})
	}
	return files
}

func TestErrorsAreProblems(t *testing.T) {
	r := Repo{Root: filepath.Join(t.TempDir(), "missing")}
	_, err := r.NewEnvironment(Environment{Name: "prod"})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "the config repo cannot be opened")
	assert.False(t, errors.Is(err, fs.ErrNotExist), "no raw error of the file system")
}
