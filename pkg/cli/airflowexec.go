package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/local/run/container"
)

func newAirflowExec(a *app) *cobra.Command {
	var flags airflowFlags
	cmd := &cobra.Command{
		Use:   "exec [-- command]",
		Short: "Run a command, or a shell, beside a running Airflow, with its variables",
		Long: `exec runs a command with the variables of a running Airflow: on this machine, or in the
scheduler's container when Airflow runs in containers.`,
		Example: `  dorc airflow exec airflow dags list --env dev
  dorc airflow exec --env dev`,
		RunE: func(cmd *cobra.Command, args []string) error {
			_, home, err := flags.home(a)
			if err != nil {
				return err
			}
			r, err := airflow.Find(home)
			if err != nil {
				return err
			}
			if r == nil || r.PID == 0 {
				return fmt.Errorf("no Airflow of %s runs\n  start it: dorc airflow up --env %s", flags.env, flags.env)
			}
			if len(args) == 0 {
				args = []string{"/bin/sh", "-i"}
			}
			environment := os.Environ()
			for name, value := range r.Environment {
				if name != "HOME" { // a shell is the person's own
					environment = append(environment, name+"="+value)
				}
			}
			slices.Sort(environment[len(os.Environ()):])
			name := args[0]
			if c := r.Containers; c != nil {
				args, environment = container.Exec(c.Program, c.Prefix+airflow.Scheduler, isTerminal(a.in) && isTerminal(a.stdout), args), os.Environ()
			} else if args[0], err = airflow.LookPath(r.Environment["PATH"], name); err != nil {
				return err
			}
			child := exec.CommandContext(cmd.Context(), args[0], args[1:]...) //nolint:gosec // the person's own command
			child.Env, child.Stdin, child.Stdout, child.Stderr = environment, a.in, a.stdout, a.stderr
			err = child.Run()
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				return fmt.Errorf("%s ended with %w", name, err)
			}
			return err
		},
	}
	flags.add(cmd)
	return cmd
}
