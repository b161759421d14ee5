package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"

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
scheduler's container when Airflow runs in containers. Ctrl-C is the command's to hear, and
its exit code becomes dorc's: 128 and the signal's number when a signal ended it.`,
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
			if r == nil {
				return fmt.Errorf("no Airflow of %s runs\n  start it: dorc airflow up --env %s", flags.env, flags.env)
			}
			if r.Port == 0 {
				return fmt.Errorf("the Airflow of %s has just begun to start\n  look at what it does: dorc airflow logs --env %s", flags.env, flags.env)
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
			child := exec.CommandContext(context.WithoutCancel(cmd.Context()), args[0], args[1:]...) //nolint:gosec // the person's own command
			child.Env, child.Stdin, child.Stdout, child.Stderr = environment, a.in, a.stdout, a.stderr
			return a.foreground(name, child)
		},
	}
	flags.add(cmd)
	return cmd
}

// foreground runs a program that has the terminal, and so hears Ctrl-C itself: what it means
// is the program's to say. Its exit code becomes dorc's.
func (a *app) foreground(name string, child *exec.Cmd) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	a.unhear()
	if err := child.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for {
		select {
		case s := <-signals:
			if s == syscall.SIGTERM { // this one was sent to dorc alone
				_ = child.Process.Signal(s) // it may have ended
			}
		case err := <-ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) {
				return err
			}
			code := exit.ExitCode()
			if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
				code = 128 + int(status.Signal()) // as a shell tells it
			}
			return &programEnded{name, code}
		}
	}
}
