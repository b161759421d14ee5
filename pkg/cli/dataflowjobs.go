package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
)

// jobFlags say which Dataflow jobs a command acts on.
type jobFlags struct {
	instance    instanceFlags
	job, region string
}

func (f *jobFlags) add(cmd *cobra.Command) {
	f.instance.add(cmd)
	cmd.Flags().StringVar(&f.region, "region", "", "cloud target: the region of the jobs (default: the workflow's)")
}

func (f *jobFlags) addJob(cmd *cobra.Command, which string) {
	f.add(cmd)
	cmd.Flags().StringVar(&f.job, "job", "", "the id of a job (default: "+which+")")
}

// jobs are those of a command's pipeline, which need not be in the config repo any more.
func (f *jobFlags) jobs(ctx context.Context, a *app, args []string) (stack.DataflowJobs, error) {
	p, err := a.project()
	if err != nil {
		return nil, err
	}
	ref, err := f.instance.applied(ctx, p, args)
	if err != nil {
		return nil, err
	}
	return p.DataflowJobs(ctx, ref, f.region)
}

// printJob says what is with a job, and where its page is.
func (a *app) printJob(job *stack.DataflowJob, is string) error {
	text := fmt.Sprintf("job %s (%s) %s\n", job.Name, job.ID, is)
	if job.Link != "" {
		text += "  " + job.Link + "\n"
	}
	_, err := fmt.Fprint(a.stdout, text)
	return err
}

// until ends a context when the person interrupts.
func (a *app) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	go func() {
		select {
		case <-a.cancelled:
			stop()
		case <-ctx.Done():
		}
	}()
	return ctx, stop
}
