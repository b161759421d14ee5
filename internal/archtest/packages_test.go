package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/dorc-dev/dorc/"

// listed is what `go list` says of a package of this module.
type listed struct {
	// Path is below the module: "pkg/cli".
	Path    string
	Dir     string
	Name    string
	GoFiles []string
	// OtherGoFiles are those of other systems.
	OtherGoFiles []string
	TestGoFiles  []string
	// Imports are what its files import, tests not counted. Packages of this
	// module are named as in Path, others by their whole path.
	Imports []string
}

// list asks the go command for every package of the module, once.
var list = sync.OnceValues(func() (map[string]*listed, error) {
	cmd := exec.Command("go", "list", "-buildvcs=false",
		"-json=ImportPath,Dir,Name,GoFiles,IgnoredGoFiles,TestGoFiles,Imports", "./...")
	cmd.Dir = filepath.Join("..", "..")
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New(errOut.String())
	}
	packages := map[string]*listed{}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct {
			ImportPath, Dir, Name                         string
			GoFiles, IgnoredGoFiles, TestGoFiles, Imports []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		l := &listed{Path: short(p.ImportPath), Dir: p.Dir, Name: p.Name, GoFiles: p.GoFiles,
			OtherGoFiles: p.IgnoredGoFiles, TestGoFiles: p.TestGoFiles}
		for _, i := range p.Imports {
			l.Imports = append(l.Imports, short(i))
		}
		packages[l.Path] = l
	}
})

func short(importPath string) string { return strings.TrimPrefix(importPath, module) }

func packages(t *testing.T) map[string]*listed {
	all, err := list()
	require.NoError(t, err)
	require.Greater(t, len(all), 20, "go list found the module")
	return all
}

// matches says whether a package is the pattern or, for "x/...", in or below x.
func matches(pattern, pkg string) bool {
	if below, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == below || strings.HasPrefix(pkg, below+"/")
	}
	return pkg == path.Clean(pattern)
}

func anyMatches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, pkg) })
}

// way is the shortest way of imports inside the module from a package to one
// that bad accepts, or nil. The end may be a package of another module.
func way(all map[string]*listed, from string, deep bool, bad func(string) bool) []string {
	type step struct {
		at  string
		way []string
	}
	seen := map[string]bool{from: true}
	for queue := []step{{from, []string{from}}}; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		p := all[s.at]
		if p == nil {
			continue // another module's: its imports are not ours to judge
		}
		for _, i := range p.Imports {
			next := append(slices.Clone(s.way), i)
			if bad(i) {
				return next
			}
			if deep && !seen[i] {
				seen[i] = true
				queue = append(queue, step{i, next})
			}
		}
	}
	return nil
}
