package scaffold

import (
	"fmt"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/schema"
)

// editorSchema is a JSON Schema for editors.
type editorSchema struct {
	// name is the file's, in a repo's root and in dorc's folder of schemas.
	name string
	data []byte
	// of is the kind of pipelines that have such files; "" for all.
	of definition.Kind
}

// schemas are that of pipeline.yaml and that of dag.yaml.
var schemas = [2]editorSchema{{name: definition.SchemaFile, data: schema.Pipeline}, {name: dag.SchemaFile, data: schema.DAG, of: definition.KindDag}}

// schemaComment is the line by which editors find a JSON Schema.
func (r Repo) schemaComment(dir string, s editorSchema) (string, error) {
	target := r.path(s.name)
	switch {
	case r.Schema != "" && s.of == "":
		target = r.Schema
	case r.Schema != "":
		target = filepath.Join(filepath.Dir(r.Schema), s.name)
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

// ownSchema puts a JSON Schema into the repo's root when that is where it belongs.
func (c *change) ownSchema(s editorSchema) error {
	if c.repo.Schema != "" {
		return nil
	}
	if _, err := c.root.Stat(s.name); err == nil {
		return nil
	}
	return c.newFile(s.name, s.data)
}
