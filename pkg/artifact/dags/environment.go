package dags

import (
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dag/compile"
)

// EnvironmentLimit is the narrowest limit of the DAG's tasks; nil when none starts
// another pipeline.
func EnvironmentLimit(d *dag.DAG, project string) (limit *content.EnvironmentLimit) {
	for _, t := range d.Tasks {
		longest, ok := compile.LongestEnvironment(t, project)
		if ok && (limit == nil || longest < limit.Longest) {
			limit = &content.EnvironmentLimit{Longest: longest, Starts: t.Starts, File: d.Path, Line: t.Place.Line}
		}
	}
	return limit
}
