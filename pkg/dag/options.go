package dag

import (
	"io/fs"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Names of the files of a pipeline of kind dag.
const (
	// FileName is the format that docs/dag.md describes, DOPFileName its older form.
	FileName    = "dag.yaml"
	DOPFileName = "config.yaml"
	// SQLFolder has the SQL of tasks: sql/<identifier>.sql.
	SQLFolder = "sql"
)

// DOPPrefix begins the id of a DAG that a config.yaml of DOP describes.
const DOPPrefix = "dop__"

// Options say where a DAG is and what there is besides it.
type Options struct {
	// Dir is the pipeline's folder as problems name it, Path the same below the config
	// repo's root, with slashes.
	Dir, Path string
	// Layer and Pipeline are its place in the config repo.
	Layer, Pipeline string
	// DOP reads a config.yaml of DOP instead of a dag.yaml.
	DOP bool
	// Dbt are the dbt projects of the config repo. nil: not known, and not checked.
	Dbt []DbtProject
	// Pipelines are the kinds of the config repo's pipelines by <layer>/<name>. nil: not
	// known, and not checked.
	Pipelines map[string]string
	// Images are what the DAG's operators are checked against, with their arguments: one
	// of each line is enough. nil: not known, and not checked.
	Images []airflow.Image
	// Root is the config repo, where manifests of dbt are. nil: not looked at.
	Root fs.FS
}

// DbtProject is a dbt project of the config repo.
type DbtProject struct {
	// Name is its folder's, Path the folder below the config repo's root.
	Name, Path string
	// Profile is what dbt_project.yml says under profile, or "".
	Profile string
	// CheckVersion says what is wrong with a version of dbt that a task asks for, without
	// the task's place; nil when nothing is. Default: nil, versions are not checked.
	CheckVersion func(version string) *problem.Problem
}

// standardID is the id of a DAG that names none.
func (o Options) standardID() string {
	if o.DOP {
		return DOPPrefix + o.Pipeline
	}
	return o.Layer + "__" + o.Pipeline
}

// file is the name of the file that is read.
func (o Options) file() string {
	if o.DOP {
		return DOPFileName
	}
	return FileName
}
