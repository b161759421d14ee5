package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

type runOptions struct {
	*app
	instance instanceFlags
	input    string
	// logicalDate is that of a DAG run.
	logicalDate string
	runner      stack.RunnerOptions
	platform    bool
	cloud       cloudFlags
}

// errRunFailed says that a pipeline failed; its events have said why.
var errRunFailed = errors.New("the pipeline failed")

func newRun(a *app) *cobra.Command {
	o := &runOptions{app: a}
	cmd := &cobra.Command{
		Use:   "run <pipeline>",
		Short: "Run an applied pipeline",
		Long: `run executes an applied pipeline and shows what happens.

On the local target it executes the state machine as Step Functions would: functions
run behind the Lambda Runtime API from their image's own files, with this machine's
Python, and reach the local buckets through S3's own protocol. With --container they
run in containers of docker or podman, with everything that is in their image.

A pipeline of kind dag is run by a real Airflow, of the version that the environment's
Composer image has, once from its first task to its last. Its input is the run's
configuration. Tasks are not tried again.

On the cloud target a pipeline of kind dataflow or workflow is executed by Google
Cloud Workflows, and followed: the links to the execution and to its Dataflow job,
their states, and the job's messages are printed. Ctrl-C leaves what runs in the
cloud and says how to watch it again; with --cancel-on-interrupt it is cancelled. An
execution of a streaming pipeline ends when its job runs.

The exit code is 1 when the pipeline fails. Runs on the local target are kept: see
dorc logs.`,
		Example: `  dorc run weather --layer raw-to-processed --env prod
  dorc run weather --layer raw-to-processed --env prod --input '{"day": "2015-12-31"}'
  dorc run weather --layer raw-to-processed --env prod --input event.json
  dorc run weather --layer raw-to-processed --env prod --container
  dorc run report --layer curated --env dev --input '{"full_refresh": true}'
  dorc run flights --layer raw-to-processed --env prod --to cloud`,
		Args: oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.instance.add(cmd)
	cmd.Flags().StringVar(&o.input, "input", "{}", "the input: JSON, the path of a file, or - for standard input")
	cmd.Flags().StringVar(&o.logicalDate, "logical-date", "", "of a DAG: the run's logical date, such as 2015-12-31 (default: now)")
	cmd.Flags().StringVar(&o.runner.Python, "python", "", "the Python to run functions with (default: the image's minor version, or the newest found)")
	cmd.Flags().BoolVar(&o.runner.Container, "container", false, "run functions in containers of docker or podman")
	cmd.Flags().BoolVar(&o.platform, "platform-logs", false, "also show the lines that Lambda writes itself")
	o.cloud.add(cmd)
	return cmd
}

func (o *runOptions) run(ctx context.Context, args []string) error {
	if o.runner.Container && o.runner.Python != "" {
		return &usageError{errors.New("--python and --container cannot be given together: a container has its image's Python")}
	}
	p, err := o.project()
	if err != nil {
		return err
	}
	ref, err := o.instance.ref(ctx, p, args)
	if err != nil {
		return err
	}
	if ref.Kind != stack.KindPipeline {
		return &usageError{fmt.Errorf("%s is no pipeline, so there is nothing to run", ref.Name())}
	}
	input, err := o.readInput()
	if err != nil {
		return err
	}
	if input, err = p.Argument(ctx, ref, input); err != nil {
		return err
	}
	if p.Settings.Target == settings.TargetCloud {
		return o.runInCloud(ctx, p, ref, input)
	}
	runner, err := p.Runner(o.runner)
	if err != nil {
		return err
	}
	execute, err := o.execution(ctx, p, ref, runner, input)
	if err != nil {
		return err
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
	display := &ui.RunDisplay{Output: o.output(), Platform: o.platform}
	execution, err := execute(ctx, display.Event)
	if err != nil {
		return err
	}
	return o.finished(execution)
}

// execution is what runs the pipeline: Airflow a DAG, dorc's own runtime a state machine or a workflow.
func (o *runOptions) execution(
	ctx context.Context, p *stack.Project, ref stack.Ref, runner *run.Runner, input json.RawMessage,
) (func(context.Context, func(run.Event)) (*run.Execution, error), error) {
	dag, ok, err := p.RunnableDAG(ctx, ref)
	if err != nil {
		return nil, err
	}
	if ok {
		if o.runner.Container || o.runner.Python != "" {
			return nil, &usageError{errors.New("a DAG runs with the Python of its Composer image's Airflow: leave --python and --container out")}
		}
		dag.LogicalDate = o.logicalDate
		return func(ctx context.Context, on func(run.Event)) (*run.Execution, error) {
			return runner.RunDAG(ctx, dag, p.AirflowTools(), input, on)
		}, nil
	}
	if o.logicalDate != "" {
		return nil, &usageError{fmt.Errorf("%s is no DAG, so it has no --logical-date", ref.Name())}
	}
	machine, err := p.Runnable(ctx, ref)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, on func(run.Event)) (*run.Execution, error) {
		return runner.Run(ctx, machine, input, on)
	}, nil
}

func (o *runOptions) finished(e *run.Execution) error {
	if e.Status == run.Aborted {
		return detached{"the run was cancelled\n  it is kept: dorc logs shows it again"}
	}
	if e.Status != run.Succeeded {
		failed := fmt.Errorf("%w: %s", errRunFailed, firstOf(e.Error, string(e.Status)))
		if cause := causeOf(e.Cause); cause != "" {
			failed = fmt.Errorf("%w\n  %s", failed, strings.ReplaceAll(cause, "\n", "\n  "))
		}
		return fmt.Errorf("%w\n  the run is kept: dorc logs shows it again", failed)
	}
	if !o.json && len(e.Output) > 0 {
		return printJSON(o.stdout, e.Output)
	}
	return nil
}

// causeOf is the message in the JSON that Lambda gives as a cause, or the cause
// itself.
func causeOf(cause string) string {
	var lambda struct{ ErrorMessage string }
	if err := json.Unmarshal([]byte(cause), &lambda); err == nil && lambda.ErrorMessage != "" {
		return lambda.ErrorMessage
	}
	return cause
}

// readInput reads the input from the flag itself, a file, or standard input.
func (o *runOptions) readInput() (json.RawMessage, error) {
	data, place := []byte(o.input), "--input"
	if !json.Valid(data) {
		var err error
		switch {
		case o.input == "-":
			place = "standard input"
			data, err = io.ReadAll(o.in)
		default:
			place = o.input
			data, err = os.ReadFile(o.input)
		}
		if errors.Is(err, os.ErrNotExist) {
			return nil, &usageError{fmt.Errorf("--input is neither JSON nor a file: %s", o.input)}
		}
		if err != nil {
			return nil, fmt.Errorf("reading the input: %w", err)
		}
	}
	var syntax *json.SyntaxError
	var value any
	if err := json.Unmarshal(data, &value); errors.As(err, &syntax) {
		return nil, fmt.Errorf("%s is not JSON: %w at byte %d", place, err, syntax.Offset)
	} else if err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w", place, err)
	}
	return data, nil
}

func printJSON(w io.Writer, data json.RawMessage) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(data)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
