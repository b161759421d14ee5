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

// DataflowJobs are the jobs of an applied pipeline of kind dataflow. Each error says
// what a person can do.
type DataflowJobs interface {
	// List is the newest jobs, at most limit of them, 0 is all; active leaves out those
	// that have ended.
	List(ctx context.Context, active bool, limit int) ([]*DataflowJob, error)
	// Last is the job of this id, or, for "", the newest.
	Last(ctx context.Context, id string) (*DataflowJob, error)
	// Running is the job of this id, or, for "", the only one that runs and is not
	// about to end.
	Running(ctx context.Context, id string) (*DataflowJob, error)
	// Cancel stops the job; what it has not written yet is lost.
	Cancel(ctx context.Context, job *DataflowJob) error
	// Drain lets a streaming job finish what it has read. A batch job is refused.
	Drain(ctx context.Context, job *DataflowJob) error
	// Logs reports the messages that a job has, and with follow those that come, and its
	// states, until it has ended.
	Logs(ctx context.Context, job *DataflowJob, follow bool, o CloudFollow) (*DataflowJob, error)
}

// DataflowJobs finds an applied pipeline's jobs: on the local target those of kept
// runs, else those in a region of Google Cloud; "" is the workflow's.
func (p *Project) DataflowJobs(ctx context.Context, r Ref, region string) (DataflowJobs, error) {
	if p.Settings.Target == settings.TargetLocal {
		return p.localJobs(ctx, r)
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
	jobs := &cloudJobs{ref: r, of: *a.jobs}
	if region != "" {
		jobs.of.Region = region
	}
	jobs.client, err = p.google(ctx)
	return jobs, err
}

// cloudJobs are those in Google Cloud.
type cloudJobs struct {
	ref    Ref
	client *cloudgoogle.Client
	of     cloudgoogle.Jobs
}

// List implements DataflowJobs.
func (d *cloudJobs) List(ctx context.Context, active bool, limit int) ([]*DataflowJob, error) {
	of := d.of
	of.Active = active
	return d.client.List(ctx, of, limit)
}

// Last implements DataflowJobs.
func (d *cloudJobs) Last(ctx context.Context, id string) (*DataflowJob, error) {
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

// Running implements DataflowJobs.
func (d *cloudJobs) Running(ctx context.Context, id string) (*DataflowJob, error) {
	if id != "" {
		job, err := d.one(ctx, id)
		if err == nil && !job.Running() {
			return nil, hasEnded(job)
		}
		return job, err
	}
	found, err := d.List(ctx, true, 0)
	if err != nil {
		return nil, err
	}
	return only(d.ref, found, " in "+d.of.Region, "; jobs in another region need --region")
}

// only is the one job of these that is not about to end.
func only(r Ref, found []*DataflowJob, where, more string) (*DataflowJob, error) {
	found = slices.DeleteFunc(found, func(j *DataflowJob) bool { return j.State == "CANCELLING" })
	switch len(found) {
	case 0:
		return nil, problem.Problem{
			Resource: "stack " + r.Name(), Summary: "no Dataflow job of it runs" + where,
			Hint: "`dorc dataflow list " + r.Command() + "` shows those that ran" + more,
		}
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, job := range found {
		ids = append(ids, fmt.Sprintf("%s (%s)", job.ID, job.Name))
	}
	return nil, problem.Problem{
		Resource: "stack " + r.Name(), Summary: "several Dataflow jobs of it run", Detail: "they are: " + strings.Join(ids, ", "),
		Hint: "say which with --job",
	}
}

// one is the job of an id, which must be the pipeline's.
func (d *cloudJobs) one(ctx context.Context, id string) (*DataflowJob, error) {
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

// Cancel implements DataflowJobs.
func (d *cloudJobs) Cancel(ctx context.Context, job *DataflowJob) error {
	return d.client.Cancel(ctx, d.of, job.ID)
}

// Drain implements DataflowJobs.
func (d *cloudJobs) Drain(ctx context.Context, job *DataflowJob) error {
	if !job.Streaming {
		return problem.Problem{
			Resource: "Dataflow job " + job.ID, Summary: "a batch job cannot be drained",
			Detail: "only streaming jobs can (https://cloud.google.com/dataflow/docs/guides/stopping-a-pipeline)",
			Hint:   "let it end, or stop it: dorc dataflow cancel " + d.ref.Command(),
		}
	}
	return d.client.Drain(ctx, d.of, job.ID)
}

// Logs implements DataflowJobs.
func (d *cloudJobs) Logs(ctx context.Context, job *DataflowJob, follow bool, o CloudFollow) (*DataflowJob, error) {
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
