package launcher

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// columnTypes are BigQuery's, with the names that its older API uses for the same.
// https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
var columnTypes = []string{
	"STRING", "BYTES", "INTEGER", "INT64", "FLOAT", "FLOAT64", "BOOLEAN", "BOOL", "TIMESTAMP", "DATE", "TIME", "DATETIME",
	"GEOGRAPHY", "NUMERIC", "BIGNUMERIC", "JSON", "RECORD", "STRUCT", "RANGE",
}

var inlineSchema = regexp.MustCompile(`^[A-Za-z0-9_]+:[A-Za-z0-9]+(,[A-Za-z0-9_]+:[A-Za-z0-9]+)*$`)

// schema reads auto, get_from_table, name:TYPE with commas between, or the path of
// a JSON file in BigQuery's form.
func (r *reader) schema(n *yaml.Node) Schema {
	text := r.Text(n, "schema")
	switch compact := strings.Join(strings.Fields(text), ""); {
	case text == "", text == "auto":
		return Schema{}
	case text == "get_from_table":
		return Schema{FromTable: true}
	case strings.HasSuffix(text, ".json"):
		return Schema{Fields: r.schemaFile(n, text)}
	case inlineSchema.MatchString(compact):
		var s Schema
		for _, column := range strings.Split(compact, ",") {
			name, kind, _ := strings.Cut(column, ":")
			s.Fields = append(s.Fields, Field{Name: name, Type: strings.ToUpper(kind)})
		}
		r.fields(n, s.Fields)
		return s
	}
	r.Refuse(n, fmt.Sprintf("%q is no schema", tree.Shorten(text)), "it is auto, get_from_table, id:INTEGER,name:STRING, or the path of a .json file",
		tree.DidYouMean(text, []string{"auto", "get_from_table"}))
	return Schema{}
}

// fields holds columns against BigQuery's rules.
func (r *reader) fields(n *yaml.Node, fields []Field) {
	seen := map[string]bool{}
	for _, f := range fields {
		known := false
		for _, t := range columnTypes {
			known = known || t == f.Type
		}
		switch {
		case !known:
			r.Refuse(n, fmt.Sprintf("BigQuery has no column type %q", tree.Shorten(f.Type)), "types: "+strings.Join(columnTypes, ", "), tree.DidYouMean(f.Type, columnTypes))
		case !columnName.MatchString(f.Name):
			r.Refuse(n, fmt.Sprintf("%q is no column's name", tree.Shorten(f.Name)), "letters, digits and underscores, not a digit first, at most 300", "")
		case seen[strings.ToLower(f.Name)]:
			r.Refuse(n, fmt.Sprintf("the schema has two columns %q", f.Name), "", "")
		}
		seen[strings.ToLower(f.Name)] = true
	}
}

// schemaFile reads a list of columns, or an object whose key fields has it.
func (r *reader) schemaFile(n *yaml.Node, name string) []Field {
	data, ok := r.beside(n, name, "a schema")
	if !ok {
		return nil
	}
	inner := &reader{File: tree.File{Name: name}}
	root := inner.Read(data)
	var fields []Field
	switch {
	case root == nil && len(inner.Problems) == 0:
		inner.Refuse(nil, "the file is empty", "a schema is a list of columns", "")
	case root != nil && tree.Follow(root).Kind == yaml.MappingNode:
		inner.Object(root, "the schema", map[string]func(*yaml.Node){"fields": func(v *yaml.Node) { fields = inner.fieldList(v) }}, "fields")
	case root != nil:
		fields = inner.fieldList(root)
	}
	r.Problems = append(r.Problems, inner.Problems...)
	return fields
}

func (r *reader) fieldList(n *yaml.Node) []Field {
	var all []Field
	for _, item := range r.List(n, "the schema") {
		var f Field
		r.Object(item, "the column", map[string]func(*yaml.Node){
			"name":        func(v *yaml.Node) { f.Name = r.Text(v, "name") },
			"type":        func(v *yaml.Node) { f.Type = strings.ToUpper(r.Text(v, "type")) },
			"mode":        func(v *yaml.Node) { f.Mode = r.oneOf(v, "mode", "NULLABLE", "REQUIRED", "REPEATED") },
			"description": func(*yaml.Node) {},
			"fields":      func(v *yaml.Node) { f.Fields = r.fieldList(v) },
		}, "name", "type")
		all = append(all, f)
	}
	if len(all) == 0 && len(r.Problems) == 0 {
		r.Refuse(n, "the schema has no columns", "", "")
	}
	if len(r.Problems) == 0 {
		r.fields(n, all)
	}
	return all
}
