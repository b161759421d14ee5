package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newLogs(a *app) *cobra.Command {
	var instance instanceFlags
	var id string
	var list, platform bool
	cmd := &cobra.Command{
		Use:   "logs <pipeline>",
		Short: "Show the last run of a pipeline, or list its runs",
		Example: `  dorc logs weather --layer raw-to-processed --env prod
  dorc logs weather --layer raw-to-processed --env prod --list`,
		Args: oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			p, err := a.project()
			if err != nil {
				return err
			}
			ref, err := instance.applied(ctx, p, args)
			if err != nil {
				return err
			}
			names, err := p.RunNames(ctx, ref)
			if err != nil {
				return err
			}
			runner, err := p.Runner(stack.RunnerOptions{})
			if err != nil {
				return err
			}
			runs, err := runner.Runs(ctx, run.Filter{StateMachines: names})
			if err != nil {
				return err
			}
			if list {
				return a.printRuns(runs)
			}
			if id == "" {
				if len(runs) == 0 {
					return fmt.Errorf("%s has not run yet: dorc run %s", ref.Name(), ref.Command())
				}
				id = runs[0].ID
			}
			display := &ui.RunDisplay{Output: a.output(), Platform: platform}
			return runner.Logs(ctx, id, display.Event)
		},
	}
	instance.add(cmd)
	cmd.Flags().StringVar(&id, "run", "", "this run (default: the last)")
	cmd.Flags().BoolVar(&list, "list", false, "list the runs")
	cmd.Flags().BoolVar(&platform, "platform-logs", false, "also show the lines that Lambda writes itself")
	return cmd
}

func (a *app) printRuns(runs []run.Summary) error {
	if a.json {
		encoder := json.NewEncoder(a.stdout)
		for _, r := range runs {
			if err := encoder.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	table := ui.Table{Header: []string{"RUN", "STATUS", "STARTED", "TIME", "ERROR"}}
	for _, r := range runs {
		took := ""
		if !r.Ended.IsZero() {
			took = r.Ended.Sub(r.Started).Round(10 * time.Millisecond).String()
		}
		table.Rows = append(table.Rows, []string{r.ID, string(r.Status), r.Started.Local().Format(time.DateTime), took, r.Error})
	}
	return table.Write(a.stdout)
}
