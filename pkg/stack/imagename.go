package stack

import (
	"strings"

	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// ImageName says whose image one is.
type ImageName struct {
	// Function is <layer>/<pipeline>/<name> of a function's image.
	Function string `json:"function,omitempty"`
	// Pipeline is <layer>/<pipeline> of the image of a Dataflow pipeline, and Kind is
	// "flex-template", or "beam-worker" for the image of its workers alone.
	Pipeline string `json:"pipeline,omitempty"`
	// Dbt is the dbt project whose image it is; Kind is "dbt" then.
	Dbt  string      `json:"dbt,omitempty"`
	Kind source.Kind `json:"kind,omitempty"`
}

// String is how people name the image.
func (n ImageName) String() string {
	switch n.Kind {
	case source.KindBeamWorker:
		return n.Pipeline + " (workers)"
	case source.KindDbt:
		return n.Dbt + " (dbt)"
	}
	return n.Function + n.Pipeline
}

// owner is as errors name it: "function <id>", "pipeline <id>" or "dbt project <id>".
func (n ImageName) owner() string {
	switch {
	case n.Function != "":
		return "function " + n.Function
	case n.Dbt != "":
		return "dbt project " + n.Dbt
	}
	return "pipeline " + n.Pipeline
}

func imageNameOf(s source.Source) ImageName {
	switch s.Kind {
	case source.KindFunction:
		return ImageName{Function: s.ID()}
	case source.KindDbt:
		return ImageName{Dbt: s.ID(), Kind: s.Kind}
	}
	return ImageName{Pipeline: s.ID(), Kind: s.Kind}
}

// repositoryName is the image's own name in its registry.
func repositoryName(s source.Source) (string, error) {
	switch s.Kind {
	case source.KindFlexTemplate:
		return naming.GoogleImage(s.Pipeline.Layer, s.Pipeline.Name)
	case source.KindBeamWorker:
		return naming.GoogleWorkerImage(s.Pipeline.Layer, s.Pipeline.Name)
	case source.KindDbt:
		return naming.DbtImage(s.Dbt.Name)
	default:
		f := s.Function
		return naming.FunctionID(f.Layer, f.Pipeline, f.Name), nil
	}
}

// folderName is a file name for the image, by which no two are the same.
func folderName(n ImageName, id string) string {
	if n.Function != "" || n.Dbt != "" {
		return id
	}
	return "dataflow-" + strings.ReplaceAll(id, "/", "-")
}
