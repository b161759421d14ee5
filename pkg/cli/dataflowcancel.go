package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"
)

func newDataflowCancel(a *app) *cobra.Command {
	var flags jobFlags
	cmd := &cobra.Command{
		Use:   "cancel <pipeline>",
		Short: "Cancel a Dataflow job of a pipeline",
		Long: `cancel stops a job at once. What it has read and not written yet is lost. The execution
of its workflow then fails, because its job was cancelled.`,
		Example: "  dorc dataflow cancel flights --layer raw-to-processed --env prod",
		Args:    oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			jobs, err := flags.jobs(ctx, a, args)
			if err != nil {
				return err
			}
			job, err := jobs.Running(ctx, flags.job)
			if err != nil {
				return err
			}
			if err := jobs.Cancel(ctx, job); err != nil {
				return err
			}
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]any{"job": job.ID, "name": job.Name, "requested": "cancel"})
			}
			return a.printJob(job, "is being cancelled")
		},
	}
	flags.addJob(cmd, "the one that runs")
	return cmd
}
