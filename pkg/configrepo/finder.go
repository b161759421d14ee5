package configrepo

import (
	"fmt"
	"io"
	"os"
	"path"
	"slices"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// finder looks at one pipeline's folder.
type finder struct {
	*loader
	layer, name string
	// folder is where it is, below the root.
	folder string
	// dop says that it is a folder of DOP's, not one of the source folder.
	dop      bool
	problems problem.List
	// dbt are the folders of dbt projects in it, below the root.
	dbt []string
	// pipeline is nil when the folder is no pipeline.
	pipeline *Pipeline
}

func (f *finder) dir() string { return f.folder }

// find reads the folder. A folder is a pipeline when it has a pipeline.yaml, a
// main.go, a function, or a file that is a whole pipeline.
func (f *finder) find() {
	dir := f.dir()
	entries, ok := f.readDir(dir, &f.problems)
	if !ok {
		return
	}
	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name })
	}
	var folders map[string]string
	if !f.dop {
		folders = f.functionFolders(dir, entries)
		f.dbtProjects(entries, folders)
	}
	f.misspeltDAG(has)
	if has("pipeline.yml") && !has(definitionFile) {
		f.refuse(path.Join(dir, "pipeline.yml"), "this file is not read", "", "Rename it to "+definitionFile)
	}
	if has(handlerFile) {
		f.refuse(path.Join(dir, handlerFile), "a handler lies outside a function's folder", "", layout)
	}
	kind := f.standardKind(entries, folders)
	if f.dop {
		kind = definition.KindDag
	}
	if len(folders) == 0 && !has(definitionFile) && !has(programFile) && kind == definition.KindFunctions {
		return
	}
	for _, folder := range []struct{ kind, name string }{{"layer", f.layer}, {"pipeline", f.name}} {
		if !definition.ValidName(folder.name) {
			f.refuse(dir, fmt.Sprintf("%q cannot be the name of a %s", folder.name, folder.kind), definition.NameRule, "Rename the folder.")
			return
		}
	}
	p := &Pipeline{Layer: f.layer, Name: f.name, Dir: f.abs(dir), Program: has(programFile)}
	if has(requirementsFile) {
		p.Requirements = f.regular(path.Join(dir, requirementsFile), &f.problems)
	}
	f.pipeline = p
	switch {
	case has(definitionFile):
		f.define(path.Join(dir, definitionFile), folders, kind)
	case kind == definition.KindFunctions:
		f.chain(folders)
	default:
		p.Definition, _, _ = definition.ParseAs("", nil, kind)
	}
	f.files(entries, folders)
}

// functionFolders maps the names of functions to their folders below the root:
// those with a lambda.py in the pipeline's folder or in its own src.
func (f *finder) functionFolders(dir string, entries []os.DirEntry) map[string]string {
	found := map[string]string{}
	add := func(dir string, entries []os.DirEntry) {
		for _, e := range entries {
			if !f.isFolder(dir, e, &f.problems) {
				continue
			}
			folder := path.Join(dir, e.Name())
			if f.regular(path.Join(folder, handlerFile), &f.problems) == "" {
				continue
			}
			if other, twice := found[e.Name()]; twice {
				f.refuse(folder, fmt.Sprintf("there are two folders for the function %q", e.Name()),
					"the other one is "+f.show(other), "Remove or rename one of them.")
				continue
			}
			found[e.Name()] = folder
		}
	}
	add(dir, entries)
	const own = "src"
	if _, isFunction := found[own]; isFunction {
		return found
	}
	i := slices.IndexFunc(entries, func(e os.DirEntry) bool { return e.Name() == own })
	// That it is a bad link was said by the loop above.
	if i >= 0 && f.isFolder(dir, entries[i], new(problem.List)) {
		if inner, ok := f.readDir(path.Join(dir, own), &f.problems); ok {
			add(path.Join(dir, own), inner)
		}
	}
	return found
}

// chain is the definition of a folder without a pipeline.yaml: its functions in name order.
func (f *finder) chain(folders map[string]string) {
	var names []string
	for _, name := range sortedKeys(folders) {
		if rule := definition.FunctionNameRule(name); rule != "" {
			f.refuse(folders[name], fmt.Sprintf("%q cannot be the name of a function", name), rule, "Rename the folder.")
			continue
		}
		names = append(names, name)
	}
	f.pipeline.Definition = &definition.Pipeline{Kind: definition.KindFunctions, Functions: definition.Chain(names)}
	f.attach(folders)
}

// define reads pipeline.yaml and matches its functions with the folders.
func (f *finder) define(file string, folders map[string]string, kind definition.Kind) {
	p := f.pipeline
	p.File = f.regular(file, &f.problems)
	if p.File == "" {
		p.Definition = &definition.Pipeline{Kind: kind}
		return
	}
	data, err := f.read(file)
	if err != nil {
		f.problems = append(f.problems, unreadable(f.show(file), err))
		p.Definition = &definition.Pipeline{Kind: kind}
		return
	}
	d, source, problems := definition.ParseAs(f.show(file), data, kind)
	p.Source = source
	f.problems = append(f.problems, problems...)
	if d.Kind != definition.KindFunctions {
		p.Definition = d
		return
	}
	if len(d.Functions) == 0 && !source.Has("functions") && len(problems) == 0 {
		triggers, description := d.Triggers, d.Description
		f.chain(folders)
		p.Definition.Triggers, p.Definition.Description = triggers, description
		if len(folders) == 0 && !p.Program {
			f.refuse(file, "the pipeline has no functions", "", layout)
		}
		return
	}
	p.Definition = d
	// Where the list could not be read, every folder would look unreached.
	if source.Has("functions") {
		f.match(folders)
	}
	f.attach(folders)
}

// read reads at most a little more than a definition can have, so that a huge
// file is refused by its size and not loaded.
func (l *loader) read(file string) ([]byte, error) { return l.atMost(file, definition.MaxSize+1) }

// readText does the same for a file of another tool.
func (l *loader) readText(file string) ([]byte, error) { return l.atMost(file, tree.MaxSize+1) }

func (l *loader) atMost(file string, size int64) ([]byte, error) {
	opened, err := l.root.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(io.LimitReader(opened, size))
}

// attach lists the functions that have a folder, in the order of the definition.
func (f *finder) attach(folders map[string]string) {
	p := f.pipeline
	for _, function := range p.Definition.Functions {
		if folder, ok := folders[function.Name]; ok {
			p.Functions = append(p.Functions, &Function{
				Layer: f.layer, Pipeline: f.name, Name: function.Name,
				Dir:          f.abs(folder),
				Requirements: f.regular(path.Join(folder, requirementsFile), &f.problems),
				repo:         f.repo, pipeline: p,
			})
		}
	}
}

func (f *finder) refuse(p, summary, detail, hint string) {
	f.problems = append(f.problems, problem.Problem{File: f.show(p), Summary: summary, Detail: detail, Hint: hint})
}
