package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each package says once what it is for.
func TestOnePackageComment(t *testing.T) {
	for _, p := range packages(t) {
		files := slices.Concat(p.GoFiles, p.OtherGoFiles)
		if len(files) == 0 {
			files = p.TestGoFiles
		}
		var with []string
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			require.NoError(t, err)
			if f.Doc == nil {
				continue
			}
			with = append(with, name)
			prefix := "Package " + p.Name + " "
			if p.Name == "main" {
				prefix = "Command " + filepath.Base(p.Dir) + " "
			}
			assert.True(t, strings.HasPrefix(f.Doc.Text(), prefix), "%s/%s: the comment begins with %q", p.Path, name, prefix)
		}
		assert.Len(t, with, 1, "%s has one package comment", p.Path)
	}
}

// printing are the selectors that write to the process's own output.
var printing = map[string][]string{
	"fmt": {"Print", "Printf", "Println"},
	"os":  {"Stdout", "Stderr"},
	"log": {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln"},
}

// Nothing but the command line prints; everything else returns what it has to say.
func TestNothingPrints(t *testing.T) {
	for _, p := range packages(t) {
		// Programs print. Other packages are given a writer.
		if p.Name == "main" {
			continue
		}
		for _, name := range p.GoFiles {
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, at := range prints(f) {
				t.Errorf("%s:%d: it prints; return it, or take an io.Writer", filepath.Join(p.Path, name), set.Position(at).Line)
			}
		}
	}
}

func prints(f *ast.File) (found []token.Pos) {
	standard := map[string]string{}
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && printing[path] != nil && i.Name == nil {
			standard[path] = path
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && slices.Contains(printing[standard[x.Name]], s.Sel.Name) {
				found = append(found, s.Pos())
			}
		}
		return true
	})
	return found
}

func TestPrintsIsFound(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
import ("fmt"; "os")
func f() { fmt.Println(); fmt.Fprintln(os.Stderr); fmt.Sprint() }`, 0)
	require.NoError(t, err)
	assert.Len(t, prints(f), 2)
}

// main builds the root command and exits with its code, nothing else.
func TestMainIsShort(t *testing.T) {
	data, err := os.ReadFile("../../cmd/dorc/main.go")
	require.NoError(t, err)
	assert.Less(t, bytes.Count(data, []byte("\n")), 40)
}
