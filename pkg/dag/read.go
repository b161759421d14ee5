package dag

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Read reads and checks the DAG in a pipeline's folder: dag.yaml, or config.yaml of
// DOP, and the SQL beside it. Defaults are filled in. The DAG is never nil; when there
// are problems it holds what could be read, and nothing should be made from it.
func Read(files fs.FS, o Options) (*DAG, problem.List) {
	r := &reader{
		File:  tree.File{Name: filepath.Join(filepath.FromSlash(o.Dir), o.file())},
		files: files, options: o, dag: newDAG(o), at: map[string]*yaml.Node{}, zone: time.UTC, used: map[string]bool{},
	}
	r.dag.File, r.dag.Path = r.Name, path.Join(o.Path, o.file())
	data, err := readAtMost(files, o.file(), tree.MaxSize)
	if err != nil {
		r.Refuse(nil, "the file cannot be read", reason(err), "")
		return r.dag, r.Problems
	}
	r.lines = strings.Split(string(data), "\n")
	root := r.File.Read(data)
	if root == nil {
		if len(r.Problems) == 0 {
			r.Refuse(nil, "the file is empty", "", "Write tasks, and what they begin with; docs/dag.md has an example.")
		}
		return r.dag, r.Problems
	}
	if r.prepare(root) {
		r.readDAG(root)
		r.fillDefaults()
		r.check()
	}
	sortByPlace(r.Problems)
	sortByPlace(r.dag.Warnings)
	return r.dag, r.Problems
}

// reader reads one file.
type reader struct {
	tree.File
	files   fs.FS
	options Options
	dag     *DAG
	// at are the values of the file's own keys.
	at map[string]*yaml.Node
	// zone is the DAG's time zone.
	zone *time.Location
	// lines are the file's, to find places in texts.
	lines []string
	// tasks are in the order of the file.
	tasks []*taskReader
	// used are the paths of the SQL files that something needs.
	used map[string]bool
}

// check does what needs the whole file. What a DAG that is switched off lacks is
// no mistake yet.
func (r *reader) check() {
	r.identifiers()
	r.graph()
	r.checkContinuous()
	before := len(r.Problems)
	r.sql()
	for _, t := range r.tasks {
		t.check()
	}
	r.unused()
	if !r.dag.Enabled {
		r.dag.Warnings = append(r.dag.Warnings, r.Problems[before:]...)
		r.Problems = r.Problems[:before:before]
	}
}

// warn notes what is no mistake, but hardly what is meant.
func (r *reader) warn(n *yaml.Node, summary, detail, hint string) {
	p := problem.Problem{File: r.Name, Summary: summary, Detail: detail, Hint: hint}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	r.dag.Warnings = append(r.dag.Warnings, p)
}

// readAtMost reads a file, and of a larger one a byte more than the limit, so that it
// is refused by its size and not loaded.
func readAtMost(files fs.FS, name string, limit int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// reason is an error without the operation and the path.
func reason(err error) string {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// unknown refuses a word of a fixed set.
func (r *reader) unknown(n *yaml.Node, what, word string, known []string) {
	r.Refuse(n, fmt.Sprintf("there is no %s %q", what, tree.Shorten(word)), "there are: "+list(known), tree.DidYouMean(word, known))
}
