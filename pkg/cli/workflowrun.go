package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/workflows/execute"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
)

type workflowRun struct {
	*app
	input  string
	env    map[string]string
	traces bool
}

func newWorkflowRun(a *app) *cobra.Command {
	o := &workflowRun{app: a}
	cmd := &cobra.Command{
		Use:   "run <file>",
		Short: "Run a definition on this machine",
		Long: `run executes a definition here, as Google Cloud Workflows would: its requests are
made from this machine, without Google's credentials. It prints what main returns.
The exit code is 1 when an error is raised and not caught.`,
		Example: `  dorc workflow run workflow.yaml --input '{"day": "2015-12-31"}'
  dorc workflow run workflow.yaml --set GOOGLE_CLOUD_PROJECT_ID=example --trace`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&o.input, "input", "", "the argument of main: JSON, the path of a file, or - for standard input")
	cmd.Flags().StringToStringVar(&o.env, "set", nil, "a variable that sys.get_env reads, as NAME=value; may be repeated")
	cmd.Flags().BoolVar(&o.traces, "trace", false, "print each step as it begins")
	return cmd
}

func (o *workflowRun) run(ctx context.Context, file string) error {
	w, err := o.readWorkflow(file)
	if err != nil {
		return err
	}
	var argument any
	if o.input != "" {
		data, err := (&runOptions{app: o.app, input: o.input}).readInput()
		if err != nil {
			return err
		}
		if argument, err = expression.DecodeJSON(data); err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-o.cancelled:
			stop()
		case <-ctx.Done():
		}
	}()
	result, err := execute.Run(ctx, w, argument, execute.Options{Environment: o.env, Log: o.log, Trace: o.trace})
	var failed *execute.Failure
	if errors.As(err, &failed) {
		return failed.Problem()
	}
	if err != nil {
		return err
	}
	return o.printResult(result)
}

func (o *workflowRun) printResult(result any) error {
	data, err := expression.EncodeJSON(result)
	if err != nil {
		return err
	}
	return printJSON(o.stdout, data)
}

// log shows what sys.log writes.
func (o *workflowRun) log(e execute.Entry) {
	if e.JSON == nil {
		fmt.Fprintf(o.stderr, "%s %s\n", e.Severity, e.Text)
		return
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.JSON)) {
		parts = append(parts, fmt.Sprintf("%s=%v", name, e.JSON[name]))
	}
	fmt.Fprintf(o.stderr, "%s %s\n", e.Severity, strings.Join(parts, " "))
}

func (o *workflowRun) trace(e execute.Event) {
	if o.traces && e.Step != "" {
		fmt.Fprintf(o.stderr, "%d %s.%s %s\n", e.Line, e.Subworkflow, e.Step, strings.TrimSpace(e.Kind+" "+e.Function))
	}
}
