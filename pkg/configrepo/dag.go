package configrepo

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	dagFile = "dag.yaml"
	// dopFile is the name that DOP has for it.
	dopFile = "config.yaml"
	// sqlFolder has the SQL of a DAG, sql/<task>.sql.
	sqlFolder = "sql"
	// OrchestrationLayer is the layer of DAGs that lie where DOP has them.
	OrchestrationLayer = "orchestration"
)

// dopFolders are where a service project of DOP has its DAGs, a folder each.
var dopFolders = []string{"embedded_dop/orchestration", "orchestration"}

// DAGFiles are the files of a pipeline of kind dag as absolute paths.
type DAGFiles struct {
	// File is dag.yaml, or a config.yaml in the form of DOP.
	File string
	// DOP says that File is a config.yaml of DOP.
	DOP bool
	// SQL is the folder sql beside it, or "".
	SQL string
}

// orchestration are the folders in which a service project of DOP has DAGs: those
// with a config.yaml, or with a dag.yaml that took its place.
func (l *loader) orchestration() (found []*finder) {
	for _, dir := range dopFolders {
		if source := l.repo.SourceCodeFolder; source == dir || strings.HasPrefix(source, dir+"/") {
			continue
		}
		if info, err := l.root.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		for _, name := range l.folders(dir, &l.problems) {
			folder := path.Join(dir, name)
			if l.has(path.Join(folder, dopFile)) || l.has(path.Join(folder, dagFile)) {
				found = append(found, &finder{loader: l, layer: OrchestrationLayer, name: name, folder: folder, dop: true})
			}
		}
	}
	return found
}

func (l *loader) has(file string) bool {
	_, err := l.root.Lstat(file)
	return err == nil
}

// isServiceProject reports whether a folder is the root of a service project of DOP.
func isServiceProject(dir string) bool {
	if filepath.Base(dir) == path.Dir(dopFolders[0]) {
		return false // the folder of DOP in one
	}
	for _, folder := range dopFolders {
		for _, name := range []string{dopFile, dagFile} {
			files, err := filepath.Glob(filepath.Join(globEscape(filepath.Join(dir, filepath.FromSlash(folder))), "*", name))
			if err == nil && len(files) > 0 {
				return true
			}
		}
	}
	return false
}

// sortPipelines brings pipelines into order and refuses two in one place: a layer
// of src and DOP's folders can have the same names.
func (l *loader) sortPipelines() {
	all := l.repo.Pipelines
	slices.SortStableFunc(all, func(a, b *Pipeline) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Name, b.Name))
	})
	for i := 1; i < len(all); i++ {
		if all[i-1].ID() == all[i].ID() {
			l.problems = append(l.problems, problem.Problem{File: l.showAbs(all[i].Dir), Summary: fmt.Sprintf("there are two pipelines %s", all[i].ID()),
				Detail: "the other one is " + l.showAbs(all[i-1].Dir), Hint: "Remove or rename one of them."})
		}
	}
}

// attachDAG notes the files of a pipeline of kind dag.
func (f *finder) attachDAG(main, file string, entries []os.DirEntry) {
	f.pipeline.DAG = &DAGFiles{File: file, DOP: main == dopFile}
	i := slices.IndexFunc(entries, func(e os.DirEntry) bool { return e.Name() == sqlFolder })
	if i >= 0 && f.isFolder(f.folder, entries[i], new(problem.List)) {
		f.pipeline.DAG.SQL = f.abs(path.Join(f.folder, sqlFolder))
	}
}

// misspeltDAG refuses a dag.yml that would not be read.
func (f *finder) misspeltDAG(has func(string) bool) {
	const other = "dag.yml"
	if has(other) && !has(dagFile) {
		f.refuse(path.Join(f.folder, other), "this file is not read", "", "Rename it to "+dagFile)
	}
}
