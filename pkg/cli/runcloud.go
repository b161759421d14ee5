package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

// cloudFlags change how `dorc run` follows an execution in Google Cloud.
type cloudFlags struct {
	attach            string
	cancelOnInterrupt bool
	poll              time.Duration
}

func (f *cloudFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.attach, "attach", "", "cloud target: follow this execution, which was started before")
	cmd.Flags().BoolVar(&f.cancelOnInterrupt, "cancel-on-interrupt", false, "cloud target: Ctrl-C cancels the execution and its job instead of leaving them")
	cmd.Flags().DurationVar(&f.poll, "poll", 5*time.Second, "cloud target: how often Google is asked")
}

// detached says that what runs in the cloud is no longer watched, or that a run here
// was cancelled. Its exit code is that of a cancelled command.
type detached struct{ text string }

func (d detached) Error() string { return d.text }

func (d detached) Unwrap() error { return context.Canceled }

// runInCloud executes the pipeline's workflow in Google Cloud, and follows it.
func (o *runOptions) runInCloud(ctx context.Context, p *stack.Project, ref stack.Ref, input json.RawMessage) error {
	if o.runner.Container || o.runner.Python != "" || o.platform {
		return &usageError{errors.New("--python, --container and --platform-logs are for the local target")}
	}
	if o.cloud.poll <= 0 {
		return &usageError{fmt.Errorf("--poll is %s; it must be longer than 0", o.cloud.poll)}
	}
	var run *stack.CloudRun
	var err error
	if o.cloud.attach != "" {
		run, err = p.AttachInCloud(ctx, ref, o.cloud.attach)
	} else {
		run, err = p.RunInCloud(ctx, ref, input)
	}
	if err != nil {
		return err
	}
	watching, stop := o.until(ctx)
	defer stop()
	display := &ui.CloudRunDisplay{Output: o.output()}
	outcome, err := run.Follow(watching, stack.CloudFollow{Poll: o.cloud.poll, Report: display.Event})
	again := fmt.Sprintf("dorc run %s --attach %s", ref.Command(), run.ID())
	switch {
	case watching.Err() != nil && ctx.Err() == nil:
		return o.interrupted(ctx, run, ref, again)
	case err != nil:
		return fmt.Errorf("%w\n  the execution goes on; to watch it again: %s", err, again)
	case outcome.Failure != nil:
		return fmt.Errorf("%w: %w", errRunFailed, outcome.Failure)
	case !o.json && len(outcome.Result) > 0:
		return printJSON(o.stdout, outcome.Result)
	}
	return nil
}

// interrupted leaves what runs in the cloud, or cancels it.
func (o *runOptions) interrupted(ctx context.Context, run *stack.CloudRun, ref stack.Ref, again string) error {
	if !o.cloud.cancelOnInterrupt {
		return detached{fmt.Sprintf("the execution %s goes on in Google Cloud\n  to watch it again: %s\n  to stop its job: dorc dataflow cancel %s", run.ID(), again, ref.Command())}
	}
	if err := run.Cancel(ctx); err != nil {
		return fmt.Errorf("%w\n  the execution may go on; to watch it: %s", err, again)
	}
	return detached{fmt.Sprintf("the execution %s and its job are cancelled", run.ID())}
}
