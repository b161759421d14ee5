package scaffold

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Pipeline is a pipeline to be made.
type Pipeline struct {
	// Layer and Name are its folders. Required.
	Layer, Name string
	// Description says in a line what it is for. Default: none.
	Description string
	// Kind is what it is made of. Default: functions.
	Kind definition.Kind
	// Function is its first function, of kind functions. Default: DefaultFunction.
	Function string
	// Environments get a Pulumi.<env>.yaml in the pipeline's folder, for
	// configuration of its stack alone. Default: none; the stack needs none.
	Environments []string
}

// NewPipeline makes <source folder>/<layer>/<name> with a pipeline.yaml and its
// first function, or the main file of another kind.
func (r Repo) NewPipeline(p Pipeline) (*Result, error) {
	if p.Kind == "" {
		p.Kind = definition.KindFunctions
	}
	if err := r.checkKind(p); err != nil {
		return nil, err
	}
	if p.Function == "" {
		p.Function = DefaultFunction
	}
	if err := r.checkNames("layer", p.Layer, "pipeline", p.Name, "function", p.Function); err != nil {
		return nil, err
	}
	if wrong := CheckDescription(p.Description); wrong != "" {
		return nil, problem.Problem{Resource: "description", Summary: wrong, Hint: "write more of it into pipeline.yaml afterwards"}
	}
	if err := r.checkTemplates(); err != nil {
		return nil, err
	}
	dir := filepath.Join(r.source(), p.Layer, p.Name)
	return r.do(func(c *change) error {
		if _, err := c.root.Lstat(dir); err == nil {
			return c.exists(dir)
		}
		files, err := r.pipelineFiles(dir, p)
		if err != nil {
			return err
		}
		if err := c.newFolder(dir, files); err != nil {
			return err
		}
		for _, s := range schemas {
			if s.of == "" || s.of == p.Kind {
				if err := c.ownSchema(s); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (r Repo) pipelineFiles(dir string, p Pipeline) ([]file, error) {
	comment, err := r.schemaComment(dir, schemas[0])
	if err != nil {
		return nil, err
	}
	values := Values{Layer: p.Layer, Name: p.Name, Description: p.Description, Function: p.Function, SchemaComment: comment}
	pipeline, err := r.render(p.template(definitionFile), values)
	if err != nil {
		return nil, err
	}
	if err := r.checkDefinition(p.template(definitionFile), pipeline); err != nil {
		return nil, err
	}
	if p.Kind == definition.KindDag {
		if values.SchemaComment, err = r.schemaComment(dir, schemas[1]); err != nil {
			return nil, err
		}
	}
	main, err := r.render(p.template(mainFiles[p.Kind]), values)
	if err != nil {
		return nil, err
	}
	name := mainFiles[p.Kind]
	if p.Kind == definition.KindFunctions {
		name = filepath.Join(p.Function, name)
	}
	files := []file{{definitionFile, pipeline}, {name, main}}
	for _, more := range moreFiles[p.Kind] {
		data, err := r.render(p.template(more), values)
		if err != nil {
			return nil, err
		}
		files = append(files, file{filepath.FromSlash(more), data})
	}
	for _, env := range p.Environments {
		if err := checkEnvironment(env); err != nil {
			return nil, err
		}
		files = append(files, file{"Pulumi." + env + ".yaml", stackConfig(p, env)})
	}
	return files, nil
}

// mainFiles are the files that a pipeline of each kind begins with.
var mainFiles = map[definition.Kind]string{
	definition.KindFunctions: handlerFile,
	definition.KindDataflow:  "main.py",
	definition.KindWorkflow:  "workflow.yaml",
	definition.KindDag:       "dag.yaml",
}

// moreFiles are what the main file of a kind needs besides.
var moreFiles = map[definition.Kind][]string{
	definition.KindDag: {"sql/days.sql"},
}

// template is the name of a template. Those of functions stand in the folder of
// templates itself, others in a folder with their kind's name.
func (p Pipeline) template(name string) string {
	if p.Kind == definition.KindFunctions {
		return name
	}
	return string(p.Kind) + "/" + name
}

// checkKind refuses a kind that does not exist, and a function in one without functions.
func (r Repo) checkKind(p Pipeline) error {
	if mainFiles[p.Kind] == "" {
		wrong := problem.Problem{Resource: "kind", Summary: fmt.Sprintf("unknown kind %q", p.Kind), Detail: "known kinds: " + definition.KindNames()}
		if near := problem.Nearest(string(p.Kind), strings.Split(definition.KindNames(), ", ")); near != "" {
			wrong.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		return wrong
	}
	if p.Kind != definition.KindFunctions && p.Function != "" {
		return problem.Problem{Resource: "function", Summary: fmt.Sprintf("a pipeline of kind %s has no functions", p.Kind), Hint: "leave the function out"}
	}
	return nil
}

// stackConfig is the configuration of a pipeline's stack, empty but valid.
func stackConfig(p Pipeline, env string) []byte {
	return fmt.Appendf(nil, "# Configuration of the stack of %s/%s in %s alone, such as aws:region.\nconfig: {}\n", p.Layer, p.Name, env)
}

// checkDefinition refuses what a template of the user's own made wrong.
func (r Repo) checkDefinition(template string, data []byte) error {
	_, _, problems := definition.Parse("line", data)
	if len(problems) == 0 {
		return nil
	}
	return problem.Problem{File: filepath.Join(r.Templates, template), Summary: "the template does not give a valid pipeline.yaml",
		Detail: strings.ReplaceAll(problems.Error(), "\n", "\n  "), Hint: "mend the template; lines count in what it gives"}
}
