package configrepo

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Pipeline finds a pipeline by its layer and name. The error suggests the
// nearest that exists.
func (r *Repo) Pipeline(layer, name string) (*Pipeline, error) {
	var ids, layers []string
	for _, p := range r.Pipelines {
		if p.Layer == layer && p.Name == name {
			return p, nil
		}
		ids = append(ids, p.ID())
		if p.Name == name {
			layers = append(layers, p.Layer)
		}
	}
	miss := problem.Problem{Resource: "pipeline " + layer + "/" + name, Summary: "there is no such pipeline",
		Detail: fmt.Sprintf("the config repo is %s", r.Root)}
	near := problem.Nearest(layer+"/"+name, ids)
	switch {
	case len(ids) == 0:
		miss.Hint = "The config repo has no pipelines. " + layout
	case len(layers) > 0:
		miss.Hint = fmt.Sprintf("A pipeline of that name is in the layer %s", strings.Join(layers, ", "))
	case near != "":
		miss.Hint = fmt.Sprintf("Did you mean %q?", near)
	case len(ids) <= 10:
		miss.Hint = "Pipelines: " + strings.Join(ids, ", ")
	}
	return nil, miss
}

// Function finds a function of the pipeline by name, or returns nil.
func (p *Pipeline) Function(name string) *Function {
	for _, f := range p.Functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}
