package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newDataflowLogs(a *app) *cobra.Command {
	var flags jobFlags
	var follow bool
	var importance string
	var poll time.Duration
	cmd := &cobra.Command{
		Use:   "logs <pipeline>",
		Short: "Show the messages of a pipeline's Dataflow job",
		Long: `logs prints the messages that Dataflow keeps of a job: what its workers did, and why
it failed. What the pipeline's own code logs is in Cloud Logging; the job's page
leads there. On the local target it is the last run's job, with what its code wrote.`,
		Example: "  dorc dataflow logs flights --layer raw-to-processed --env prod\n" +
			"  dorc dataflow logs flights --layer raw-to-processed --env prod --follow --importance detailed",
		Args: oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(stack.MessageImportances, importance) {
				return &usageError{fmt.Errorf("--importance is %q; it must be %s", importance, strings.Join(stack.MessageImportances, ", "))}
			}
			if poll <= 0 {
				return &usageError{fmt.Errorf("--poll is %s; it must be longer than 0", poll)}
			}
			ctx, stop := a.until(cmd.Context())
			defer stop()
			jobs, err := flags.jobs(ctx, a, args)
			if err != nil {
				return err
			}
			job, err := jobs.Last(ctx, flags.job)
			if err != nil {
				return err
			}
			display := &ui.CloudRunDisplay{Output: a.output()}
			if !a.json {
				if err := a.printJob(job, "is "+job.State); err != nil {
					return err
				}
			}
			_, err = jobs.Logs(ctx, job, follow, stack.CloudFollow{Importance: importance, Poll: poll, Report: display.Event})
			if follow && ctx.Err() != nil && cmd.Context().Err() == nil {
				return detached{fmt.Sprintf("job %s goes on in Google Cloud", job.Name)}
			}
			return err
		},
	}
	flags.addJob(cmd, "the newest")
	cmd.Flags().BoolVar(&follow, "follow", false, "go on until the job has ended")
	cmd.Flags().StringVar(&importance, "importance", "basic", "the least messages: "+strings.Join(stack.MessageImportances, ", "))
	cmd.Flags().DurationVar(&poll, "poll", 5*time.Second, "with --follow, how often Google is asked")
	return cmd
}
