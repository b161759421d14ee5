package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newDataflowList(a *app) *cobra.Command {
	var flags jobFlags
	var limit int
	var active bool
	cmd := &cobra.Command{
		Use:   "list <pipeline>",
		Short: "List the Dataflow jobs of a pipeline",
		Example: "  dorc dataflow list flights --layer raw-to-processed --env prod\n" +
			"  dorc dataflow list flights --layer raw-to-processed --env prod --active",
		Args: oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 {
				return &usageError{fmt.Errorf("--limit is %d; it must be at least 0", limit)}
			}
			jobs, err := flags.jobs(cmd.Context(), a, args)
			if err != nil {
				return err
			}
			found, err := jobs.List(cmd.Context(), active, limit)
			if err != nil {
				return err
			}
			return a.printJobs(found)
		},
	}
	flags.add(cmd)
	cmd.Flags().IntVar(&limit, "limit", 20, "how many jobs, the newest first; 0 is all")
	cmd.Flags().BoolVar(&active, "active", false, "leave out those that have ended")
	return cmd
}

func (a *app) printJobs(jobs []*stack.DataflowJob) error {
	if a.json {
		encoder := json.NewEncoder(a.stdout)
		for _, job := range jobs {
			if err := encoder.Encode(job); err != nil {
				return err
			}
		}
		return nil
	}
	table := ui.Table{Header: []string{"JOB", "NAME", "STATE", "STARTED", "EXECUTION"}}
	for _, job := range jobs {
		table.Rows = append(table.Rows, []string{job.ID, job.Name, job.State, job.Created.Local().Format(time.DateTime), job.Execution})
	}
	return table.Write(a.stdout)
}
