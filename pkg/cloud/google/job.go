package google

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"

	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Jobs are the Dataflow jobs of a pipeline: of this project and region, and with
// these labels.
type Jobs struct {
	// Project and Region have the jobs.
	Project, Region string
	// Labels are those that all of them have.
	Labels map[string]string
	// Since leaves out those that were created before. Default: none.
	Since time.Time
	// Active leaves out those that have ended.
	Active bool
}

// Job is a Dataflow job.
type Job struct {
	// ID and Name are Google's.
	ID   string `json:"job"`
	Name string `json:"name"`
	// State is without its prefix, such as RUNNING.
	State string `json:"state"`
	// Streaming tells it from a batch job.
	Streaming bool `json:"streaming"`
	// Created is when it was asked for, Changed when it came into its state.
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	// Execution is the id of the workflow's execution, when a label has it.
	Execution string `json:"execution,omitempty"`
	// Link is its page in Google's console.
	Link string `json:"link"`

	labels map[string]string
}

// ended are the states from which a job does not go on
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#jobstate).
var ended = []string{"DONE", "FAILED", "CANCELLED", "UPDATED", "DRAINED"}

// Running says that the job has not ended.
func (j *Job) Running() bool { return !slices.Contains(ended, j.State) }

// most is how many jobs of a region are listed, and examined how many of them, the
// newest first, are asked for their labels.
const most, examined = 2000, 400

// List finds jobs, the newest first, and at most limit of them; 0 is all. The API
// lists jobs without labels, so that each one is asked for, several at a time.
func (c *Client) List(ctx context.Context, of Jobs, limit int) ([]*Job, error) {
	listed, err := c.listed(ctx, of, nil)
	if err != nil {
		return nil, err
	}
	var found []*Job
	for part := range slices.Chunk(listed[:min(examined, len(listed))], 20) {
		jobs := make([]*Job, len(part))
		group, within := errgroup.WithContext(ctx)
		group.SetLimit(5)
		for i, summary := range part {
			group.Go(func() (err error) {
				jobs[i], err = c.Job(within, of, summary.Id)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return nil, err
		}
		for _, job := range jobs {
			if limit > 0 && len(found) == limit {
				return found, nil
			}
			// It may have ended since it was listed.
			if job.Has(of.Labels) && (job.Running() || !of.Active) {
				found = append(found, job)
			}
		}
	}
	return found, nil
}

// Has says whether the job has all these labels.
func (j *Job) Has(labels map[string]string) bool {
	for key, value := range labels {
		if j.labels[key] != value {
			return false
		}
	}
	return true
}

// listed are the summaries of jobs whose time fits, the newest first.
func (c *Client) listed(ctx context.Context, of Jobs, silent func(error, time.Duration)) ([]*dataflow.Job, error) {
	var fit []*dataflow.Job
	seen, token, filter := 0, "", "ALL"
	if of.Active {
		filter = "ACTIVE"
	}
	for {
		var page *dataflow.ListJobsResponse
		err := c.again(ctx, anyTransient, silent, func(ctx context.Context) (err error) {
			page, err = c.dataflow.Projects.Locations.Jobs.List(of.Project, of.Region).Filter(filter).PageSize(100).PageToken(token).Context(ctx).Do()
			return err
		})
		if err != nil {
			return nil, c.wrong("Dataflow jobs of "+of.Project, "they cannot be listed", err)
		}
		for _, j := range page.Jobs {
			if !instant(j.CreateTime).Before(of.Since) {
				fit = append(fit, j)
			}
		}
		seen += len(page.Jobs)
		if token = page.NextPageToken; token == "" || seen >= most {
			break
		}
	}
	slices.SortStableFunc(fit, func(a, b *dataflow.Job) int { return instant(b.CreateTime).Compare(instant(a.CreateTime)) })
	return fit, nil
}

// Job asks for one job by its id.
func (c *Client) Job(ctx context.Context, of Jobs, id string) (*Job, error) {
	return c.jobOr(ctx, of, id, nil)
}

func (c *Client) jobOr(ctx context.Context, of Jobs, id string, silent func(error, time.Duration)) (*Job, error) {
	var found *dataflow.Job
	err := c.again(ctx, anyTransient, silent, func(ctx context.Context) (err error) {
		found, err = c.dataflow.Projects.Locations.Jobs.Get(of.Project, of.Region, id).View("JOB_VIEW_DESCRIPTION").
			Fields("id", "name", "type", "currentState", "currentStateTime", "createTime", "labels", "location").Context(ctx).Do()
		return err
	})
	if err != nil {
		return nil, c.wrong("Dataflow job "+id, "it cannot be looked at", err)
	}
	return &Job{
		ID: found.Id, Name: found.Name, State: state(found.CurrentState), Execution: found.Labels[naming.LabelExecution], Streaming: found.Type == "JOB_TYPE_STREAMING",
		Created: instant(found.CreateTime), Changed: instant(found.CurrentStateTime), labels: found.Labels,
		Link: fmt.Sprintf("https://console.cloud.google.com/dataflow/jobs/%s/%s?project=%s", of.Region, found.Id, of.Project),
	}, nil
}

func state(s string) string { return strings.TrimPrefix(s, "JOB_STATE_") }

// Cancel stops a job at once; what it has not written yet is lost.
func (c *Client) Cancel(ctx context.Context, of Jobs, id string) error {
	return c.request(ctx, of, id, "JOB_STATE_CANCELLED", "it cannot be cancelled")
}

// Drain lets a streaming job finish what it has taken from its sources.
func (c *Client) Drain(ctx context.Context, of Jobs, id string) error {
	return c.request(ctx, of, id, "JOB_STATE_DRAINED", "it cannot be drained")
}

func (c *Client) request(ctx context.Context, of Jobs, id, wanted, summary string) error {
	err := c.again(ctx, anyTransient, nil, func(ctx context.Context) error {
		_, err := c.dataflow.Projects.Locations.Jobs.Update(of.Project, of.Region, id, &dataflow.Job{RequestedState: wanted}).Context(ctx).Do()
		return err
	})
	if err == nil {
		return nil
	}
	wrong := c.wrong("Dataflow job "+id, summary, err)
	if p, ok := wrong.(problem.Problem); ok { //nolint:errorlint // it is this package's own
		// The API names no permission when it refuses a change of a job.
		if a, _ := answerOf(err); a.code == 403 && a.permission == "" {
			p.Hint = "grant roles/dataflow.developer, which has dataflow.jobs.cancel"
		}
		return p
	}
	return wrong
}

// Importances are those of messages, from all of them to errors alone.
var Importances = []string{"debug", "detailed", "basic", "warning", "error"}

// Messages are a job's of at least this importance, one of Importances, which are
// not older than since, in the order of their time.
func (c *Client) Messages(ctx context.Context, of Jobs, id, importance string, since time.Time) ([]Event, error) {
	return c.messagesOr(ctx, of, id, importance, since, nil)
}

func (c *Client) messagesOr(ctx context.Context, of Jobs, id, importance string, since time.Time, silent func(error, time.Duration)) ([]Event, error) {
	var found []Event
	for token := ""; ; {
		var page *dataflow.ListJobMessagesResponse
		call := c.dataflow.Projects.Locations.Jobs.Messages.List(of.Project, of.Region, id).
			MinimumImportance("JOB_MESSAGE_" + strings.ToUpper(importance)).PageToken(token)
		if !since.IsZero() {
			call = call.StartTime(since.Format(time.RFC3339Nano))
		}
		err := c.again(ctx, anyTransient, silent, func(ctx context.Context) (err error) {
			page, err = call.Context(ctx).Do(googleapi.QueryParameter("pageSize", "200"))
			return err
		})
		if err != nil {
			return nil, c.wrong("Dataflow job "+id, "its messages cannot be read", err)
		}
		for _, m := range page.JobMessages {
			found = append(found, Event{
				Kind: JobMessage, Time: instant(m.Time), Job: id,
				Importance: strings.TrimPrefix(m.MessageImportance, "JOB_MESSAGE_"), Message: strings.TrimRight(m.MessageText, "\n"),
			})
		}
		if token = page.NextPageToken; token == "" {
			return found, nil
		}
	}
}
