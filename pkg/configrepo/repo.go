package configrepo

import "github.com/dorc-dev/dorc/pkg/definition"

// Repo is a config repo as it lies on disk, found and validated.
type Repo struct {
	// Root is the repository's absolute path.
	Root string
	// SourceCodeFolder is the folder of layers below Root, by default "src".
	SourceCodeFolder string
	// Pipelines are sorted by layer, then name.
	Pipelines []*Pipeline
	// Requirements is the absolute path of the root's requirements.txt, or "".
	Requirements string
}

// Pipeline is one pipeline's folder.
type Pipeline struct {
	// Layer and Name are the folders <layer>/<name> below the source folder.
	Layer, Name string
	// Dir is the absolute path of the pipeline's folder.
	Dir string
	// File is the absolute path of its pipeline.yaml, or "" when it has none.
	File string
	// Definition is complete: defaults are filled in and functions are in the
	// order in which they run, those only reached by on_failure last.
	Definition *definition.Pipeline
	// Functions are in the order of Definition.Functions.
	Functions []*Function
	// Requirements is the absolute path of the pipeline's requirements.txt, or "".
	Requirements string
}

// Function is one function's folder.
type Function struct {
	// Layer, Pipeline and Name identify the function.
	Layer, Pipeline, Name string
	// Dir is the absolute path of the folder that has lambda.py.
	Dir string
	// Requirements is the absolute path of the requirements.txt beside lambda.py, or "".
	Requirements string
}
