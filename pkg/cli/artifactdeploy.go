package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/artifact"
)

func newArtifactDeploy(a *app) *cobra.Command {
	var env string
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "deploy <id>",
		Short: "Make what an environment's Airflow has that of an artifact",
		Long: `deploy verifies every file of the artifact, and then makes what lies below the service
project's prefix in the environment's DAG bucket exactly that: it adds and changes
SQL before DAGs, and removes DAGs before SQL. Nothing else in the bucket is touched.
What was deployed, by whom and what changed is kept in the artifacts bucket. An
earlier id is the way back. A deploy that ended early is completed by the next one.`,
		Example: "  dorc artifact deploy pipelines_main_1f0c2a9b_6e4a8f21c0d3 --env prod",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			r, err := p.DeployArtifact(cmd.Context(), args[0], env, wait, a.said())
			if err != nil {
				return err
			}
			return a.printRecord(r)
		},
	}
	cmd.Flags().StringVar(&env, "env", "", "the environment, such as prod")
	cmd.Flags().DurationVar(&wait, "lock-timeout", 0, "how long to wait for someone else who deploys there")
	return cmd
}

func (a *app) printRecord(r *artifact.Record) error {
	if r.Unseen > 0 {
		fmt.Fprintf(a.stderr, "warning: %s of others could not be looked at for DAGs of the same ids\n", count(r.Unseen, "file"))
	}
	if a.json {
		return json.NewEncoder(a.stdout).Encode(r)
	}
	printPaths(a.stdout, "+", r.Added)
	printPaths(a.stdout, "~", r.Changed)
	printPaths(a.stdout, "-", r.Removed)
	_, err := fmt.Fprintf(a.stdout, "%s is deployed to %s: %d added, %d changed, %d removed, %d unchanged\n",
		r.Artifact, r.Environment, len(r.Added), len(r.Changed), len(r.Removed), r.Unchanged)
	return err
}
