package scaffold

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/schema"
)

// Pipeline is a pipeline to be made.
type Pipeline struct {
	// Layer and Name are its folders. Required.
	Layer, Name string
	// Description says in a line what it is for. Default: none.
	Description string
	// Function is its first function. Default: DefaultFunction.
	Function string
	// Environments get a Pulumi.<env>.yaml in the pipeline's folder, for
	// configuration of its stack alone. Default: none; the stack needs none.
	Environments []string
}

// NewPipeline makes <source folder>/<layer>/<name> with a pipeline.yaml and its
// first function.
func (r Repo) NewPipeline(p Pipeline) (*Result, error) {
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
		return c.ownSchema()
	})
}

func (r Repo) pipelineFiles(dir string, p Pipeline) ([]file, error) {
	comment, err := r.schemaComment(dir)
	if err != nil {
		return nil, err
	}
	values := Values{Layer: p.Layer, Name: p.Name, Description: p.Description, Function: p.Function, SchemaComment: comment}
	pipeline, err := r.render(definitionFile, values)
	if err != nil {
		return nil, err
	}
	if err := r.checkDefinition(pipeline); err != nil {
		return nil, err
	}
	handler, err := r.render(handlerFile, values)
	if err != nil {
		return nil, err
	}
	files := []file{{definitionFile, pipeline}, {filepath.Join(p.Function, handlerFile), handler}}
	for _, env := range p.Environments {
		if err := checkEnvironment(env); err != nil {
			return nil, err
		}
		files = append(files, file{"Pulumi." + env + ".yaml", stackConfig(p, env)})
	}
	return files, nil
}

// stackConfig is the configuration of a pipeline's stack, empty but valid.
func stackConfig(p Pipeline, env string) []byte {
	return fmt.Appendf(nil, "# Configuration of the stack of %s/%s in %s alone, such as aws:region.\nconfig: {}\n", p.Layer, p.Name, env)
}

// checkDefinition refuses what a template of the user's own made wrong.
func (r Repo) checkDefinition(data []byte) error {
	_, _, problems := definition.Parse("line", data)
	if len(problems) == 0 {
		return nil
	}
	return problem.Problem{File: filepath.Join(r.Templates, definitionFile), Summary: "the template does not give a valid pipeline.yaml",
		Detail: strings.ReplaceAll(problems.Error(), "\n", "\n  "), Hint: "mend the template; lines count in what it gives"}
}

// schemaName is the copy of the JSON Schema in a repo's root.
const schemaName = definition.SchemaFile

// schemaComment is the line by which editors find the JSON Schema.
func (r Repo) schemaComment(dir string) (string, error) {
	target := r.path(schemaName)
	if r.Schema != "" {
		target = r.Schema
	}
	from, err := filepath.Abs(r.path(dir))
	if err != nil {
		return "", err
	}
	if target, err = filepath.Abs(target); err != nil {
		return "", err
	}
	path, err := filepath.Rel(from, target)
	if err != nil {
		// Another drive on Windows: only the whole path leads there.
		path = target
	}
	return fmt.Sprintf(definition.EditorComment, filepath.ToSlash(path)), nil
}

// ownSchema puts the JSON Schema into the repo's root when that is where it belongs.
func (c *change) ownSchema() error {
	if c.repo.Schema != "" {
		return nil
	}
	if _, err := c.root.Stat(schemaName); err == nil {
		return nil
	}
	return c.newFile(schemaName, schema.Pipeline)
}
