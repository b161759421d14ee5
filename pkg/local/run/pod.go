package run

import (
	"context"
	"maps"

	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
	"github.com/dorc-dev/dorc/pkg/local/run/kubernetes"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// pod makes a pod's program ready, which finds the local cloud's BigQuery and buckets.
func (g *google) pod(ctx context.Context, c kubernetes.Container, say func(string)) (*process.Program, error) {
	variables, err := gcs.Environment(g.flow.storage.URL, g.temporary, g.project())
	if err != nil {
		return nil, err
	}
	maps.Copy(variables, map[string]string{"BIGQUERY_EMULATOR_HOST": g.bigquery.URL()})
	return g.flow.runner.PodProgram(ctx, c, variables, say)
}
