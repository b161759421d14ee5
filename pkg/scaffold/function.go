package scaffold

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Function is a function to be made.
type Function struct {
	// Layer and Pipeline are those of a pipeline that exists. Required.
	Layer, Pipeline string
	// Name is its folder. Required.
	Name string
}

// NewFunction makes a function's folder and puts the function at the end of the
// pipeline's chain. A pipeline.yaml that names it already stays as it is; without
// a list of functions they run in name order, and there is nothing to change.
func (r Repo) NewFunction(f Function) (*Result, error) {
	if err := r.checkNames("layer", f.Layer, "pipeline", f.Pipeline, "function", f.Name); err != nil {
		return nil, err
	}
	if err := r.checkTemplates(); err != nil {
		return nil, err
	}
	// Problems elsewhere in the repo are no reason to refuse.
	repo, _ := configrepo.Load(r.Root, r.SourceCodeFolder)
	pipeline, err := repo.Pipeline(f.Layer, f.Pipeline)
	if err != nil {
		return nil, err
	}
	return r.do(func(c *change) error { return c.newFunction(pipeline, f) })
}

func (c *change) newFunction(pipeline *configrepo.Pipeline, f Function) error {
	dir, err := filepath.Rel(absolute(c.repo.Root), folderFor(pipeline, f.Name))
	if err != nil {
		return err
	}
	if _, err := c.root.Lstat(dir); err == nil {
		return c.exists(dir)
	}
	var old, edited []byte
	var yaml string
	if pipeline.File != "" {
		if yaml, err = filepath.Rel(absolute(c.repo.Root), pipeline.File); err != nil {
			return err
		}
		if old, err = c.root.ReadFile(yaml); err != nil {
			return problem.Problem{File: c.repo.shown(yaml), Summary: "it cannot be read", Detail: reason(err)}
		}
		if edited, err = appendFunction(c.repo.shown(yaml), old, f.Name); err != nil {
			return err
		}
	}
	handler, err := c.repo.render(handlerFile, Values{
		Layer: f.Layer, Name: f.Pipeline, Description: pipeline.Definition.Description, Function: f.Name,
	})
	if err != nil {
		return err
	}
	if err := c.newFolder(dir, []file{{handlerFile, handler}}); err != nil {
		return err
	}
	if edited == nil || string(edited) == string(old) {
		return nil
	}
	return c.replaceFile(yaml, old, edited)
}

// folderFor is beside the pipeline's other functions: in its folder, or in its
// own src when all of them are there.
func folderFor(p *configrepo.Pipeline, name string) string {
	own := filepath.Join(p.Dir, "src")
	outside := func(f *configrepo.Function) bool { return filepath.Dir(f.Dir) != own }
	if len(p.Functions) > 0 && !slices.ContainsFunc(p.Functions, outside) {
		return filepath.Join(own, name)
	}
	return filepath.Join(p.Dir, name)
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path // only without a working directory; the repo could not be opened then
	}
	return abs
}

// appendFunction is the pipeline.yaml with the function at the end of its chain.
func appendFunction(shown string, data []byte, name string) ([]byte, error) {
	d, source, problems := definition.Parse(shown, data)
	switch {
	case len(problems) > 0:
		return nil, problems
	case d.Kind != definition.KindFunctions:
		return nil, source.Problem("kind", fmt.Sprintf("a pipeline of kind %s has no functions", d.Kind), "", "")
	case !source.Has("functions"), source.Function(name) != "":
		return data, nil
	}
	end := lastOf(d)
	if end.Next != nil {
		return nil, source.Problem(source.Function(end.Name)+".next",
			fmt.Sprintf("the chain ends with another pipeline, so %q cannot be put behind %q", name, end.Name),
			fmt.Sprintf("after %s, %s is started", end.Name, end.Next.Pipeline),
			fmt.Sprintf("to put it before, write next: %s to %s and add {name: %s, next: {pipeline: %s}} by hand; then give this command again",
				name, end.Name, name, end.Next.Pipeline))
	}
	edited, ok := editChain(string(data), d, source, end, name)
	if !ok {
		return nil, source.Problem(source.Function(end.Name),
			"the layout of this pipeline.yaml cannot be edited without changing more than the chain", "",
			fmt.Sprintf("write next: %s to %s and add {name: %s} to functions by hand; then give this command again", name, end.Name, name))
	}
	return []byte(edited), nil
}

// lastOf is the end of the chain. After Parse, functions stand in the order in
// which they run, handlers of failures last.
func lastOf(d *definition.Pipeline) definition.Function {
	at := 0
	for d.Functions[at].Next != nil && d.Functions[at].Next.Function != "" {
		at++
	}
	return d.Functions[at]
}

// wanted is the definition with the function behind the end of the chain.
func wanted(d *definition.Pipeline, end, name string) *definition.Pipeline {
	w := *d
	w.Functions = slices.Clone(d.Functions)
	i := slices.IndexFunc(w.Functions, func(f definition.Function) bool { return f.Name == end })
	w.Functions[i].Next = &definition.Next{Function: name}
	w.Functions = slices.Insert(w.Functions, i+1, definition.Chain([]string{name})...)
	return &w
}
