package cli

import (
	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

// newAirflowServe is what `up` starts beside itself. It is of use alone too: in a
// container, or to see all that happens.
func newAirflowServe(a *app) *cobra.Command {
	var flags airflowFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the Airflow of an environment in this terminal until Ctrl-C",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, home, err := flags.home(a)
			if err != nil {
				return err
			}
			server, err := p.Airflow(cmd.Context(), flags.env)
			if err != nil {
				return err
			}
			server.Port, server.Containers = flags.port, flags.docker
			release, err := airflow.Hold(home)
			if err != nil {
				return err
			}
			defer release()
			runner, err := p.Runner(stack.RunnerOptions{})
			if err != nil {
				return err
			}
			ctx, stop := a.until(cmd.Context())
			defer stop()
			display := &ui.RunDisplay{Output: a.output()}
			return runner.ServeAirflow(ctx, server, display.Event, airflow.Server.Keep)
		},
	}
	flags.addStart(cmd)
	return cmd
}
