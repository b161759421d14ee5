package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"
)

func newDataflowDrain(a *app) *cobra.Command {
	var flags jobFlags
	cmd := &cobra.Command{
		Use:   "drain <pipeline>",
		Short: "Drain a streaming Dataflow job of a pipeline",
		Long: `drain lets a streaming job finish what it has read: it reads nothing new, and ends when
everything is written.`,
		Example: "  dorc dataflow drain flights --layer raw-to-processed --env prod",
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
			if err := jobs.Drain(ctx, job); err != nil {
				return err
			}
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]any{"job": job.ID, "name": job.Name, "requested": "drain"})
			}
			return a.printJob(job, "is draining")
		},
	}
	flags.addJob(cmd, "the one that runs")
	return cmd
}
