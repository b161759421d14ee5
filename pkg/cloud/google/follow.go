package google

import (
	"cmp"
	"context"
	"maps"
	"time"

	"github.com/dorc-dev/dorc/pkg/naming"
)

// Following says how an execution is followed.
type Following struct {
	// Jobs are the pipeline's jobs, among which the execution's is found by its label.
	// Default: nil, it launches none.
	Jobs *Jobs
	// Importance is that of the least messages that are reported, one of Importances.
	// Default: basic.
	Importance string
	// Poll is how often Google is asked. Default: five seconds.
	Poll time.Duration
	// Report is told what happens, from one goroutine.
	Report func(Event)
}

// clocks is how far Google's services may disagree about the time.
const clocks = time.Minute

// follower follows one execution.
type follower struct {
	Following
	client    *Client
	execution *Execution
	job       *Job
	// others are jobs that are not the execution's.
	others map[string]bool
	// since is the time of the last message; told are the messages of that time.
	since  time.Time
	told   map[string]bool
	unseen bool
}

// Follow asks again and again until the execution has ended, and reports what
// changes. It returns the execution, and its job or nil. An execution that failed is
// no error. When the context ends, the execution and its job go on.
//
// The job is the one that has the execution's id as its label naming.LabelExecution,
// which the workflow gives it when it launches it. An execution tells what it
// returned only at its end, and its history has no values unless a preview is on, so
// that the job is looked for with Dataflow.
func (c *Client) Follow(ctx context.Context, e *Execution, o Following) (*Execution, *Job, error) {
	o.Importance, o.Poll = cmp.Or(o.Importance, "basic"), cmp.Or(o.Poll, 5*time.Second)
	f := &follower{Following: o, client: c, execution: e, others: map[string]bool{}, told: map[string]bool{}}
	if o.Jobs != nil {
		own := *o.Jobs
		own.Since = e.Created.Add(-clocks)
		own.Labels = maps.Clone(own.Labels)
		if own.Labels == nil {
			own.Labels = map[string]string{}
		}
		own.Labels[naming.LabelExecution] = e.ID()
		f.Jobs = &own
	}
	f.report(Event{Kind: ExecutionStarted, Time: e.Created, State: e.State, Link: e.Link()})
	for {
		if err := f.look(ctx); err != nil {
			return f.execution, f.job, err
		}
		if !f.execution.Running() {
			return f.execution, f.job, nil
		}
		if err := sleep(ctx, f.Poll); err != nil {
			return f.execution, f.job, err
		}
	}
}

func (f *follower) report(e Event) {
	e.Execution, e.Workflow = f.execution.ID(), f.execution.WorkflowID()
	if f.job != nil {
		e.Job, e.JobName = f.job.ID, f.job.Name
	}
	if e.Time.IsZero() {
		e.Time = time.Now().UTC()
	}
	f.Report(e)
}

func (f *follower) silent(err error, wait time.Duration) {
	_, reason := faultOf(err)
	f.report(Event{Kind: Silence, Message: reason, Retry: wait})
}

// look asks once: first for the execution, so that a job that has ended with it is
// seen to its end.
func (f *follower) look(ctx context.Context) error {
	now, err := f.client.executionOr(ctx, f.execution.Name, f.silent)
	if err != nil {
		return err
	}
	before := f.execution
	f.execution = now
	if now.Step != "" && now.Step != before.Step {
		f.report(Event{Kind: StepEntered, Step: now.Step})
	}
	if f.Jobs != nil && !f.unseen {
		if err := f.lookAtJob(ctx); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			f.unseen = true
			f.report(Event{Kind: JobUnseen, Message: err.Error()})
		}
	}
	if now.State != before.State || !now.Running() {
		f.report(Event{Kind: ExecutionState, State: now.State, Took: now.Took, Output: now.Result, Error: now.raised()})
	}
	return nil
}

func (f *follower) lookAtJob(ctx context.Context) error {
	job, err := f.find(ctx)
	if err != nil || job == nil {
		return err
	}
	if f.job == nil {
		f.job = job
		f.report(Event{Kind: JobStarted, Time: job.Created, State: job.State, Link: job.Link})
	} else if job.State != f.job.State {
		f.job = job
		f.report(Event{Kind: JobState, Time: job.Changed, State: job.State})
	}
	return f.messages(ctx)
}

// find is the execution's job as it is now, or nil when it is not there yet.
func (f *follower) find(ctx context.Context) (*Job, error) {
	if f.job != nil {
		return f.client.jobOr(ctx, *f.Jobs, f.job.ID, f.silent)
	}
	fit, err := f.client.listed(ctx, *f.Jobs, f.silent)
	if err != nil {
		return nil, err
	}
	for _, summary := range fit {
		if f.others[summary.Id] {
			continue
		}
		job, err := f.client.jobOr(ctx, *f.Jobs, summary.Id, f.silent)
		if err != nil {
			return nil, err
		}
		if job.Has(f.Jobs.Labels) {
			return job, nil
		}
		f.others[job.ID] = true
	}
	return nil, nil
}

// messages reports those that were not told yet. Google is asked for those since
// the last one's time, of which there may be several.
func (f *follower) messages(ctx context.Context) error {
	found, err := f.client.messagesOr(ctx, *f.Jobs, f.job.ID, f.Importance, f.since, f.silent)
	if err != nil {
		return err
	}
	for _, m := range found {
		key := m.Time.String() + m.Message
		if f.told[key] || m.Time.Before(f.since) {
			continue
		}
		if m.Time.After(f.since) {
			f.since, f.told = m.Time, map[string]bool{}
		}
		f.told[key] = true
		f.report(m)
	}
	return nil
}

// FollowMessages reports a job's messages and states until it has ended.
func (c *Client) FollowMessages(ctx context.Context, of Jobs, job *Job, o Following) (*Job, error) {
	o.Importance, o.Poll = cmp.Or(o.Importance, "basic"), cmp.Or(o.Poll, 5*time.Second)
	f := &follower{Following: o, client: c, execution: &Execution{}, job: job, told: map[string]bool{}}
	f.Jobs = &of
	for {
		running := f.job.Running()
		if err := f.messages(ctx); err != nil || !running {
			return f.job, err
		}
		if err := sleep(ctx, o.Poll); err != nil {
			return f.job, err
		}
		now, err := c.jobOr(ctx, of, job.ID, f.silent)
		if err != nil {
			return f.job, err
		}
		if changed := now.State != f.job.State; changed {
			f.job = now
			f.report(Event{Kind: JobState, Time: now.Changed, State: now.State})
		}
	}
}
