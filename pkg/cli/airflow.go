package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/stack"
)

func newAirflow(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "airflow",
		Short: "A local Airflow with its pages, for an applied environment",
		Long: `airflow serves the DAGs of an environment of the local target by a real Airflow, of
the version that the environment's Composer image has. It takes what is deployed in the
environment's bucket, and takes changes within seconds. Tasks use the local target:
BigQuery, buckets, workflows, Dataflow jobs and pods are answered on this machine.

Airflow runs with this machine's Python, without Docker. With --docker its processes
run in containers of docker or podman, from an image that dorc makes once.`,
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAirflowUp(a), newAirflowDown(a), newAirflowRestart(a), newAirflowLogs(a), newAirflowExec(a), newAirflowServe(a))
	return cmd
}

// airflowFlags say which Airflow.
type airflowFlags struct {
	env    string
	port   int
	docker bool
}

func (f *airflowFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.env, "env", "", "the environment, such as dev")
}

// addStart adds what says how it is started.
func (f *airflowFlags) addStart(cmd *cobra.Command) {
	f.add(cmd)
	cmd.Flags().BoolVar(&f.docker, "docker", false, "run Airflow in containers of docker or podman")
	cmd.Flags().IntVar(&f.port, "port", airflow.DefaultPort, "the port of its pages on this machine's loopback interface")
}

// home is the folder of the environment's Airflow.
func (f *airflowFlags) home(a *app) (p *stack.Project, home string, err error) {
	if f.env == "" {
		return nil, "", &usageError{errors.New("say which environment: --env dev")}
	}
	if p, err = a.project(); err != nil {
		return nil, "", err
	}
	home, err = p.AirflowHome(f.env)
	return p, home, err
}

// maxStop is how long an Airflow may take to end.
const maxStop = time.Minute

// stopAirflow ends the Airflow of a home, nil when none runs, and what is left of one
// whose dorc was killed, its containers too: left is how many processes that were.
func (a *app) stopAirflow(ctx context.Context, home string) (was *airflow.Instance, left int, err error) {
	ctx, cancel := context.WithTimeout(ctx, maxStop)
	defer cancel()
	last, err := airflow.Last(home)
	if err != nil {
		return nil, 0, err
	}
	if was, err = airflow.Stop(ctx, home); err != nil {
		return was, 0, err
	}
	if left, err = airflow.Clean(ctx, home, func(line string) { fmt.Fprintln(a.stderr, line) }); err != nil {
		return was, left, err
	}
	if swept, err := run.SweepAirflow(ctx, home); err != nil || !swept {
		return was, left, err
	}
	return last, left, nil
}
