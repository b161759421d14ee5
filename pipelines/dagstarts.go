package pipelines

import (
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// checkStarted refuses a DAG with a task that would not find what it starts in the
// environment.
func checkStarted(d *dag.DAG, a *Args) error {
	limit := dags.EnvironmentLimit(d, a.Universal.Project)
	if limit != nil {
		limit.File = d.File // as the other problems of this operation name it
	}
	return limit.Check(a.Environment.Environment)
}
