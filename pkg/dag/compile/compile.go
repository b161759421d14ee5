package compile

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dbt"
)

// Options are what a DAG's definition does not say.
type Options struct {
	// Image is what the DAG is compiled for; its line decides on imports.
	Image airflow.Image
	// ServiceProject tags the DAG and is its owner. Default: "", neither.
	ServiceProject string
	// DbtImages are the references, by digest, of the images of dbt projects by name. A
	// project without one gets the name dbt-<project>, for who looks or runs it locally.
	DbtImages map[string]string
	// SharesDbt are the ids of the DAGs that have tasks of a dbt project, by its name.
	SharesDbt map[string][]string
	// Manifests are what dbt found in projects, by the path that dag.Dbt has; only tasks
	// with Models need them.
	Manifests map[string]*dbt.Manifest
	// Project is universal's project, which the names of workflows and state machines
	// begin with; only tasks that start other pipelines need it.
	Project string
	// AWSAccount and AWSRegion are where state machines are; only tasks of lambda need them.
	AWSAccount, AWSRegion string
}

// File is a file of the compiled DAG.
type File struct {
	// Path is below the DAG prefix of the service project, with slashes.
	Path string
	Data []byte
}

// Compile writes the DAG's Python and SQL: nothing for one that is not enabled. The
// first file is the Python, the SQL follows, sorted by path. An error is a
// problem of the definition, or an image of another line.
func Compile(d *dag.DAG, o Options) ([]File, error) {
	if !d.Enabled {
		return nil, nil
	}
	l, err := lineOf(o.Image)
	if err != nil {
		return nil, err
	}
	if err := checkPath(d); err != nil {
		return nil, err
	}
	c := &compiler{module: newModule(l, d.Timezone), dag: d, options: o, sql: sqlOf(d)}
	if err := c.tasks(); err != nil {
		return nil, err
	}
	python, err := c.file()
	if err != nil {
		return nil, err
	}
	folder := path.Join(d.Layer, d.Pipeline)
	files := []File{{Path: path.Join(folder, d.ID+".py"), Data: []byte(python)}}
	for _, f := range c.sql {
		files = append(files, File{Path: path.Join(folder, f.Path), Data: []byte(f.Text)})
	}
	return files, nil
}

// sqlOf are the files of SQL, sorted by path: those of tasks, tidied, and what they include.
func sqlOf(d *dag.DAG) []dag.SQLFile {
	texts := map[string]string{}
	for _, f := range d.SQL {
		texts[f.Path] = f.Text
	}
	for _, t := range d.Tasks {
		if t.SQLFile != "" {
			texts["sql/"+t.Identifier+".sql"] = tidy(t.SQL)
		}
	}
	var files []dag.SQLFile
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		files = append(files, dag.SQLFile{Path: name, Text: texts[name]})
	}
	return files
}

// compiler compiles one DAG.
type compiler struct {
	*module
	dag     *dag.DAG
	options Options
	// sql are the files of SQL.
	sql []dag.SQLFile
	// dated says that NAMES has the dates of a run without a logical date.
	dated bool
	// ofDOP says that SQL was written for DOP, where params is a mapping of two.
	ofDOP bool
	// looked says that all SQL was looked through for the names that it mentions.
	looked bool
	// grouped says that the statement before was a group of tasks.
	grouped bool
}

// file is the Python as a whole.
func (c *compiler) file() (string, error) {
	head, err := c.dagCall()
	if err != nil {
		return "", err
	}
	anew, err := c.ownTexts()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Compiled by dorc from %s: change that file, not this one.\n\n", comment(c.dag.Path))
	definitions := c.definitions(anew)
	b.WriteString(c.imports())
	if definitions != "" {
		first := "\n"
		if strings.HasPrefix(definitions, "def ") || strings.HasPrefix(definitions, "class ") {
			first = "\n\n"
		}
		b.WriteString(first + definitions)
	}
	gap := "\n"
	if i := strings.LastIndex("\n"+definitions, "\ndef "); i >= 0 || strings.Contains(definitions, "\nclass ") {
		gap = "\n\n"
	}
	b.WriteString(gap + "with ")
	head.write(&b, 0, len("with "), 1)
	b.WriteString(":\n")
	body := c.body.String()
	if body == "" {
		body = "    pass\n"
	}
	b.WriteString(body)
	return b.String(), nil
}
