package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/stack"
)

func newAirflowUp(a *app) *cobra.Command {
	var flags airflowFlags
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the Airflow of an environment, and wait until its pages answer",
		Example: `  dorc airflow up --env dev
  dorc airflow up --env dev --docker`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, home, err := flags.home(a)
			if err != nil {
				return err
			}
			ctx, stop := a.until(cmd.Context())
			defer stop()
			return a.startAirflow(ctx, p, home, flags)
		},
	}
	flags.addStart(cmd)
	return cmd
}

func newAirflowRestart(a *app) *cobra.Command {
	var flags airflowFlags
	cmd := &cobra.Command{
		Use:   "restart",
		Short: "Start the Airflow of an environment anew, in containers if it was in some",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, home, err := flags.home(a)
			if err != nil {
				return err
			}
			ctx, stop := a.until(cmd.Context())
			defer stop()
			was, _, err := a.stopAirflow(ctx, home)
			if err != nil {
				return err
			}
			if was != nil && was.Port > 0 && !cmd.Flags().Changed("port") {
				flags.port = was.Port
			}
			if was != nil && !cmd.Flags().Changed("docker") {
				flags.docker = was.Containers != nil
			}
			return a.startAirflow(ctx, p, home, flags)
		},
	}
	flags.addStart(cmd)
	return cmd
}

// startAirflow starts this program's own `airflow serve` beside, and waits for it.
func (a *app) startAirflow(ctx context.Context, p *stack.Project, home string, flags airflowFlags) error {
	// What is wrong is said here, and not in a file.
	if _, err := p.Airflow(ctx, flags.env); err != nil {
		return err
	}
	// What a killed one left would answer in the new one's place.
	if r, err := airflow.Find(home); err != nil {
		return err
	} else if r == nil {
		if _, err := run.SweepAirflow(ctx, home); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	argv := []string{self, "airflow", "serve", "--env", flags.env, "--port", strconv.Itoa(flags.port)}
	if flags.docker {
		argv = append(argv, "--docker")
	}
	for flag, value := range map[string]string{"--dir": a.dir, "--config-repo": a.repo, "--to": a.target} {
		if value != "" {
			argv = append(argv, flag+"="+value)
		}
	}
	r, err := airflow.StartInBackground(ctx, home, flags.port, argv, func(line string) { fmt.Fprintln(a.stderr, line) })
	if err != nil {
		return err
	}
	if a.json {
		return json.NewEncoder(a.stdout).Encode(map[string]any{"address": r.Address, "pid": r.PID, "home": home})
	}
	fmt.Fprintf(a.stdout, "Airflow of %s is at %s\n  dorc airflow logs --env %s   what it says\n  dorc airflow down --env %s   ends it\n", flags.env, r.Address, flags.env, flags.env)
	return nil
}
