package configrepo

import (
	"sync"

	"github.com/dorc-dev/dorc/pkg/definition"
)

// DefaultSourceCodeFolder is where layers are when the configuration names no folder.
const DefaultSourceCodeFolder = "src"

// Repo is a config repo as it lies on disk, found and validated by Load.
type Repo struct {
	// Root is the repository's absolute path.
	Root string
	// SourceCodeFolder is the folder of layers below Root, by default "src".
	SourceCodeFolder string
	// Pipelines are sorted by layer, then name.
	Pipelines []*Pipeline
	// Requirements is the absolute path of the root's requirements.txt, or "".
	Requirements string
	// DbtProjects are sorted by name.
	DbtProjects []*DbtProject

	// ignores keeps the patterns of each folder's .gitignore, by the folder's
	// path below Root: functions share the folders above them.
	ignores sync.Map
}

// Pipeline is one pipeline's folder.
type Pipeline struct {
	// Layer and Name are the folders <layer>/<name> below the source folder.
	Layer, Name string
	// Dir is the absolute path of the pipeline's folder.
	Dir string
	// File is the absolute path of its pipeline.yaml, or "" when it has none.
	File string
	// Program reports whether the folder has a main.go, the pipeline's own program.
	Program bool
	// Definition is complete: defaults are filled in and functions are in the
	// order in which they run, those only reached by on_failure last.
	Definition *definition.Pipeline
	// Source says where the definition's fields stand in File. It is nil without
	// a File; its methods accept that.
	Source *definition.Source
	// Functions are in the order of Definition.Functions.
	Functions []*Function
	// Requirements is the absolute path of the pipeline's requirements.txt, or "".
	Requirements string
	// Beam are the files of a pipeline of kind dataflow; nil for other kinds, and
	// for one that only a main.go describes.
	Beam *BeamFiles
	// Workflow is the absolute path of the workflow.yaml of a pipeline of kind workflow, or "".
	Workflow string
	// DAG are the files of a pipeline of kind dag; nil for other kinds, and for one
	// that only a main.go describes.
	DAG *DAGFiles
	// AlsoStarts are the pipelines that tasks of a DAG start, by <layer>/<name>. Who
	// reads the DAG fills it in; Load does not.
	AlsoStarts []string
}

// ID is <layer>/<name>, as next: {pipeline: …} names a pipeline.
func (p *Pipeline) ID() string { return p.Layer + "/" + p.Name }

// Function is one function's folder.
type Function struct {
	// Layer, Pipeline and Name identify the function.
	Layer, Pipeline, Name string
	// Dir is the absolute path of the folder that has lambda.py.
	Dir string
	// Requirements is the absolute path of the requirements.txt beside lambda.py, or "".
	Requirements string

	repo     *Repo
	pipeline *Pipeline
}

// ID is <layer>/<pipeline>/<name>.
func (f *Function) ID() string { return f.Layer + "/" + f.Pipeline + "/" + f.Name }
