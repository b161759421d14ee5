package stack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// localJobs are those of the runs that the local target keeps. They are read from
// what the runs wrote: a job lives in the `dorc run` that launched it.
type localJobs struct {
	ref    Ref
	runner *run.Runner
	names  []string
}

// localJob is a job with the run that it is of.
type localJob struct {
	DataflowJob
	run    *run.Execution
	events []CloudEvent
}

func (p *Project) localJobs(ctx context.Context, r Ref) (DataflowJobs, error) {
	names, err := p.RunNames(ctx, r)
	if err != nil {
		return nil, err
	}
	runner, err := p.Runner(RunnerOptions{})
	return &localJobs{ref: r, runner: runner, names: names}, err
}

// all are the jobs of kept runs, the newest first, at most limit of them.
func (l *localJobs) all(ctx context.Context, limit int, fits func(*localJob) bool) ([]*localJob, error) {
	runs, err := l.runner.Runs(ctx, run.Filter{StateMachines: l.names})
	if err != nil {
		return nil, err
	}
	var found []*localJob
	for _, r := range runs {
		jobs, err := l.of(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		slices.Reverse(jobs)
		for _, job := range jobs {
			if limit > 0 && len(found) == limit {
				return found, nil
			}
			if fits(job) {
				found = append(found, job)
			}
		}
	}
	return found, nil
}

// of are the jobs of one run, in the order of their launches.
func (l *localJobs) of(ctx context.Context, id string) ([]*localJob, error) {
	kept, err := l.runner.Execution(id)
	if err != nil {
		return nil, err
	}
	var jobs []*localJob
	err = l.runner.Logs(ctx, id, func(e run.Event) {
		if e.JobID == "" {
			return
		}
		at := slices.IndexFunc(jobs, func(j *localJob) bool { return j.ID == e.JobID })
		if at < 0 {
			jobs, at = append(jobs, &localJob{run: kept, DataflowJob: DataflowJob{ID: e.JobID, Name: e.Job, Created: e.Time, Execution: id}}), len(jobs)
		}
		jobs[at].add(e)
	})
	for _, job := range jobs {
		// It ended with its run.
		if kept.Status != run.Running && job.DataflowJob.Running() {
			job.State = "CANCELLED"
		}
	}
	return jobs, err
}

// add takes an event of the job.
func (j *localJob) add(e run.Event) {
	told := CloudEvent{Time: e.Time, Execution: j.Execution, Job: j.ID, JobName: j.Name}
	switch e.Kind {
	case run.JobLaunched, run.JobState:
		j.State, j.Changed = e.Message, e.Time
		if j.State == "" { // as it is launched
			j.State = "QUEUED"
		}
		told.Kind, told.State = "job-state", j.State
	case run.Log:
		told.Kind, told.Importance, told.Message = "job-message", e.Severity, e.Message
	default:
		return
	}
	j.events = append(j.events, told)
}

// List implements DataflowJobs.
func (l *localJobs) List(ctx context.Context, active bool, limit int) ([]*DataflowJob, error) {
	found, err := l.all(ctx, limit, func(j *localJob) bool { return !active || j.DataflowJob.Running() })
	jobs := make([]*DataflowJob, len(found))
	for i, job := range found {
		jobs[i] = &job.DataflowJob
	}
	return jobs, err
}

func (l *localJobs) last(ctx context.Context, id string) (*localJob, error) {
	found, err := l.all(ctx, 1, func(j *localJob) bool { return id == "" || j.ID == id })
	switch {
	case err != nil:
		return nil, err
	case len(found) > 0:
		return found[0], nil
	case id != "":
		return nil, problem.Problem{
			Resource: "Dataflow job " + id, Summary: "no run that is kept launched it",
			Hint: "`dorc dataflow list " + l.ref.Command() + "` shows the jobs; with --to cloud, those in Google Cloud",
		}
	}
	return nil, problem.Problem{
		Resource: "stack " + l.ref.Name(), Summary: "no run that is kept launched a Dataflow job",
		Hint: "start one: dorc run " + l.ref.Command() + "; with --to cloud, jobs in Google Cloud are meant",
	}
}

// Last implements DataflowJobs.
func (l *localJobs) Last(ctx context.Context, id string) (*DataflowJob, error) {
	job, err := l.last(ctx, id)
	if err != nil {
		return nil, err
	}
	return &job.DataflowJob, nil
}

// Running implements DataflowJobs.
func (l *localJobs) Running(ctx context.Context, id string) (*DataflowJob, error) {
	if id == "" {
		found, err := l.List(ctx, true, 0)
		if err != nil {
			return nil, err
		}
		return only(l.ref, found, " here", "; with --to cloud, jobs in Google Cloud are meant")
	}
	job, err := l.Last(ctx, id)
	if err == nil && !job.Running() {
		return nil, hasEnded(job)
	}
	return job, err
}

// Cancel is refused: the job is a process of another command's.
func (l *localJobs) Cancel(ctx context.Context, job *DataflowJob) error { return l.stop(ctx, job) }

// Drain is refused as Cancel is.
func (l *localJobs) Drain(ctx context.Context, job *DataflowJob) error { return l.stop(ctx, job) }

func (l *localJobs) stop(ctx context.Context, job *DataflowJob) error {
	found, err := l.last(ctx, job.ID)
	if err != nil {
		return err
	}
	return problem.Problem{
		Resource: "Dataflow job " + job.ID, Summary: "a job on the local target is stopped where it runs",
		Detail: fmt.Sprintf("the `dorc run` with the process number %d runs it", found.run.PID),
		Hint:   fmt.Sprintf("press Ctrl-C there, or kill -INT %d", found.run.PID),
	}
}

// Logs implements DataflowJobs.
func (l *localJobs) Logs(ctx context.Context, job *DataflowJob, follow bool, o CloudFollow) (*DataflowJob, error) {
	least := slices.Index(MessageImportances, o.Importance)
	for told := 0; ; {
		found, err := l.last(ctx, job.ID)
		if err != nil {
			return job, err
		}
		for _, e := range found.events[min(told, len(found.events)):] {
			// Before, the state is said with the job itself; what a program writes has no
			// importance that Dataflow knows, and is as a basic message.
			important := slices.Index(MessageImportances, strings.ToLower(e.Importance))
			if e.Kind == "job-message" && (important < 0 && least <= slices.Index(MessageImportances, "basic") || important >= least) || e.Kind == "job-state" && follow {
				o.Report(e)
			}
		}
		told = len(found.events)
		if !follow || !found.DataflowJob.Running() {
			return &found.DataflowJob, nil
		}
		select {
		case <-ctx.Done():
			return &found.DataflowJob, context.Cause(ctx)
		case <-time.After(o.Poll):
		}
	}
}

func hasEnded(job *DataflowJob) error {
	return problem.Problem{Resource: "Dataflow job " + job.ID, Summary: "it has ended already", Detail: "its state is " + job.State}
}
