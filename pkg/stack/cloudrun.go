package stack

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	cloudgoogle "github.com/dorc-dev/dorc/pkg/cloud/google"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// CloudEvent is one thing that happened to an execution in Google Cloud.
type CloudEvent = cloudgoogle.Event

// CloudRun is an execution of an applied pipeline's workflow in Google Cloud.
type CloudRun struct {
	client    *cloudgoogle.Client
	execution *cloudgoogle.Execution
	job       *cloudgoogle.Job
	// jobs are the pipeline's; nil when its workflow is the user's own.
	jobs *cloudgoogle.Jobs
}

// CloudFollow says how an execution is followed.
type CloudFollow struct {
	// Poll is how often Google is asked. Default: five seconds.
	Poll time.Duration
	// Importance is that of the least messages of the job. Default: basic.
	Importance string
	// Report is told what happens.
	Report func(CloudEvent)
}

// applied is what an applied pipeline of kind dataflow or workflow has in Google Cloud.
type applied struct {
	// workflow is its whole name.
	workflow string
	jobs     *cloudgoogle.Jobs
}

// inGoogle finds what is applied. A pipeline of functions is refused: it runs in AWS.
func (p *Project) inGoogle(ctx context.Context, r Ref) (*applied, error) {
	outputs, err := p.Outputs(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(outputs) == 0 {
		return nil, notApplied(r)
	}
	id := outputs["workflow_id"]
	words := []string{}
	if id.IsString() {
		words = strings.Split(id.StringValue(), "/")
	}
	switch {
	case outputs["state_machine_arn"].IsString() && !id.IsString():
		return nil, problem.Problem{
			Resource: "target " + string(p.Settings.Target), Summary: "dorc runs pipelines of functions on the local target only",
			Hint: "start the state machine in AWS, or set DORC_TARGET=local",
		}
	case len(words) != 6 || words[0] != "projects" || words[2] != "locations" || words[4] != "workflows":
		return nil, problem.Problem{
			Resource: "stack " + r.Name(), Summary: "it has no output workflow_id, so dorc does not know what to run",
			Hint: "a program of its own must export it; else apply it again: dorc apply " + r.Command(),
		}
	}
	a := &applied{workflow: id.StringValue()}
	if template := outputs["template_path"]; template.IsString() {
		a.jobs = &cloudgoogle.Jobs{Project: words[1], Region: words[3], Labels: map[string]string{naming.LabelWorkflow: words[5]}}
	}
	return a, nil
}

// RunInCloud starts an execution of a pipeline of kind dataflow or workflow with an
// argument, JSON; a streaming pipeline's execution ends when its job runs.
func (p *Project) RunInCloud(ctx context.Context, r Ref, argument json.RawMessage) (*CloudRun, error) {
	a, err := p.inGoogle(ctx, r)
	if err != nil {
		return nil, err
	}
	run := &CloudRun{jobs: a.in(argument)}
	if run.client, err = p.google(ctx); err != nil {
		return nil, err
	}
	run.execution, err = run.client.Start(ctx, a.workflow, argument)
	return run, err
}

// AttachInCloud finds an execution that was started before, by its id.
func (p *Project) AttachInCloud(ctx context.Context, r Ref, id string) (*CloudRun, error) {
	a, err := p.inGoogle(ctx, r)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(id, "/:?#% ") {
		return nil, problem.Problem{Resource: "execution " + id, Summary: "it is no id of an execution", Hint: "`dorc run` prints it at its start"}
	}
	run := &CloudRun{}
	if run.client, err = p.google(ctx); err != nil {
		return nil, err
	}
	if run.execution, err = run.client.Execution(ctx, a.workflow+"/executions/"+id); err != nil {
		return nil, err
	}
	run.jobs = a.in(run.execution.Argument)
	return run, nil
}

// in are the jobs of an execution with this argument, which may choose another region.
func (a *applied) in(argument json.RawMessage) *cloudgoogle.Jobs {
	if a.jobs == nil {
		return nil
	}
	jobs := *a.jobs
	var given struct{ Region *string }
	if json.Unmarshal(argument, &given) == nil && given.Region != nil && *given.Region != "" {
		jobs.Region = *given.Region
	}
	return &jobs
}

// ID is the execution's id.
func (r *CloudRun) ID() string { return r.execution.ID() }

// CloudOutcome is how an execution ended.
type CloudOutcome struct {
	// Result is what the workflow returned, JSON. Default: nil.
	Result json.RawMessage
	// Failure is what it raised; nil when it succeeded.
	Failure error
}

// Follow reports what happens until the execution has ended. The error says why it
// cannot be followed. When the context ends, the execution goes on.
func (r *CloudRun) Follow(ctx context.Context, o CloudFollow) (*CloudOutcome, error) {
	var err error
	r.execution, r.job, err = r.client.Follow(ctx, r.execution, cloudgoogle.Following{
		Jobs: r.jobs, Importance: o.Importance, Poll: o.Poll, Report: o.Report,
	})
	switch {
	case err != nil:
		return nil, err
	case r.execution.State != "SUCCEEDED":
		return &CloudOutcome{Failure: r.execution.Raised()}, nil
	}
	return &CloudOutcome{Result: r.execution.Result}, nil
}

// Cancel cancels the execution and its job: Workflows tells no workflow that it is
// cancelled, so that it could not do so itself.
func (r *CloudRun) Cancel(ctx context.Context) error {
	if err := r.client.CancelExecution(ctx, r.execution.Name); err != nil || r.jobs == nil {
		return err
	}
	if r.job == nil {
		of := *r.jobs
		of.Active, of.Labels = true, map[string]string{naming.LabelExecution: r.execution.ID()}
		launched, err := r.client.List(ctx, of, 1)
		if err != nil || len(launched) == 0 {
			return err
		}
		r.job = launched[0]
	}
	if !r.job.Running() {
		return nil
	}
	return r.client.Cancel(ctx, *r.jobs, r.job.ID)
}
