package stack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	cloudgoogle "github.com/dorc-dev/dorc/pkg/cloud/google"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// DataflowJob is a job of a pipeline.
type DataflowJob = cloudgoogle.Job

// MessageImportances are those of a job's messages, from all of them to errors alone.
var MessageImportances = cloudgoogle.Importances

// DataflowJobs are the jobs of an applied pipeline of kind dataflow.
type DataflowJobs struct {
	ref    Ref
	client *cloudgoogle.Client
	of     cloudgoogle.Jobs
}

// DataflowJobs finds an applied pipeline's jobs in a region of Google Cloud; "" is
// the environment's. The local target is refused: a job lives there as long as the
// command that runs it.
func (p *Project) DataflowJobs(ctx context.Context, r Ref, region string) (*DataflowJobs, error) {
	if p.Settings.Target == settings.TargetLocal {
		return nil, problem.Problem{
			Resource: "stack " + r.Name(), Summary: "jobs on the local target end with the `dorc run` that runs them",
			Hint: "stop that with Ctrl-C; `dorc logs " + r.Command() + "` shows its messages. With --to cloud, jobs in Google Cloud are meant",
		}
	}
	a, err := p.inGoogle(ctx, r)
	if err != nil {
		return nil, err
	}
	if a.jobs == nil {
		return nil, problem.Problem{
			Resource: "stack " + r.Name(), Summary: "it launches no Dataflow job that dorc knows of",
			Hint: "its kind is workflow: what it starts is its own business",
		}
	}
	jobs := &DataflowJobs{ref: r, of: *a.jobs}
	if region != "" {
		jobs.of.Region = region
	}
	jobs.client, err = p.google(ctx)
	return jobs, err
}

// List is the newest jobs, at most limit of them; active leaves out those that have ended.
func (d *DataflowJobs) List(ctx context.Context, active bool, limit int) ([]*DataflowJob, error) {
	of := d.of
	of.Active = active
	return d.client.List(ctx, of, limit)
}

// Last is the job of this id, or, for "", the newest.
func (d *DataflowJobs) Last(ctx context.Context, id string) (*DataflowJob, error) {
	if id != "" {
		return d.one(ctx, id)
	}
	found, err := d.List(ctx, false, 1)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, problem.Problem{
			Resource: "stack " + d.ref.Name(), Summary: "it has no Dataflow job in " + d.of.Region,
			Hint: "start one: dorc run " + d.ref.Command() + "; jobs in another region need --region",
		}
	}
	return found[0], nil
}

// Running is the job of this id, or, for "", the only one that runs
// and is not about to end.
func (d *DataflowJobs) Running(ctx context.Context, id string) (*DataflowJob, error) {
	if id != "" {
		job, err := d.one(ctx, id)
		if err == nil && !job.Running() {
			return nil, problem.Problem{Resource: "Dataflow job " + job.ID, Summary: "it has ended already", Detail: "its state is " + job.State}
		}
		return job, err
	}
	found, err := d.List(ctx, true, 0)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(j *DataflowJob) bool { return j.State == "CANCELLING" })
	switch len(found) {
	case 0:
		return nil, problem.Problem{
			Resource: "stack " + d.ref.Name(), Summary: "no Dataflow job of it runs in " + d.of.Region,
			Hint: "`dorc dataflow list " + d.ref.Command() + "` shows those that ran; jobs in another region need --region",
		}
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, job := range found {
		ids = append(ids, fmt.Sprintf("%s (%s)", job.ID, job.Name))
	}
	return nil, problem.Problem{
		Resource: "stack " + d.ref.Name(), Summary: "several Dataflow jobs of it run", Detail: "they are: " + strings.Join(ids, ", "),
		Hint: "say which with --job",
	}
}

// one is the job of an id, which must be the pipeline's.
func (d *DataflowJobs) one(ctx context.Context, id string) (*DataflowJob, error) {
	if strings.ContainsAny(id, "/:?#% ") {
		return nil, problem.Problem{Resource: "Dataflow job " + id, Summary: "it is no id of a job", Hint: "`dorc dataflow list " + d.ref.Command() + "` shows them"}
	}
	job, err := d.client.Job(ctx, d.of, id)
	if err != nil {
		return nil, err
	}
	if !job.Has(d.of.Labels) {
		return nil, problem.Problem{
			Resource: "Dataflow job " + id, Summary: "it is no job of this pipeline", Detail: "its name is " + job.Name,
			Hint: "`dorc dataflow list " + d.ref.Command() + "` shows the pipeline's",
		}
	}
	return job, nil
}

// Cancel stops the job; what it has not written yet is lost.
func (d *DataflowJobs) Cancel(ctx context.Context, job *DataflowJob) error {
	return d.client.Cancel(ctx, d.of, job.ID)
}

// Drain lets a streaming job finish what it has read. A batch job is refused.
func (d *DataflowJobs) Drain(ctx context.Context, job *DataflowJob) error {
	if !job.Streaming {
		return problem.Problem{
			Resource: "Dataflow job " + job.ID, Summary: "a batch job cannot be drained",
			Detail: "only streaming jobs can (https://cloud.google.com/dataflow/docs/guides/stopping-a-pipeline)",
			Hint:   "let it end, or stop it: dorc dataflow cancel " + d.ref.Command(),
		}
	}
	return d.client.Drain(ctx, d.of, job.ID)
}

// Logs reports the messages that a job has, and with follow those that come, and its
// states, until it has ended.
func (d *DataflowJobs) Logs(ctx context.Context, job *DataflowJob, follow bool, o CloudFollow) (*DataflowJob, error) {
	if follow {
		return d.client.FollowMessages(ctx, d.of, job, cloudgoogle.Following{Importance: o.Importance, Poll: o.Poll, Report: o.Report})
	}
	found, err := d.client.Messages(ctx, d.of, job.ID, o.Importance, time.Time{})
	for _, m := range found {
		m.JobName = job.Name
		o.Report(m)
	}
	return job, err
}
