package google

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/googletest"
	"github.com/dorc-dev/dorc/pkg/naming"
)

const flights = "projects/exampledorc-data/locations/europe-west2/workflows/shop-prod-raw-flights"

var jobsOfFlights = Jobs{
	Project: data, Region: "europe-west2",
	Labels: map[string]string{naming.LabelWorkflow: "shop-prod-raw-flights"},
}

// good is an execution that ends well.
func good() googletest.Workflow {
	return googletest.Workflow{JobName: "flights", Ticks: []googletest.Tick{
		{Step: "main.launch"},
		{Step: "main.wait", Job: "PENDING", Messages: []string{"BASIC: Worker configuration: e2-standard-2."}},
		{Step: "main.wait", Job: "RUNNING", Messages: []string{"DETAILED: Fused.", "WARNING: Slow.\n", "BASIC: Workers have started."}},
		{Step: "main.wait", Job: "DONE", Messages: []string{"BASIC: Workers have stopped."}},
		{State: "SUCCEEDED", Result: `{"job_id":"$job","job_name":"$name","state":"JOB_STATE_DONE"}`},
	}}
}

// lines are events as text, without times.
func lines(events []Event) string {
	var b strings.Builder
	for _, e := range events {
		words := []string{string(e.Kind)}
		for _, w := range []string{e.State, e.Step, e.Importance, e.Message} {
			if w != "" {
				words = append(words, w)
			}
		}
		fmt.Fprintln(&b, strings.Join(words, " "))
	}
	return b.String()
}

func follow(t *testing.T, c *Client, argument string) (e *Execution, job *Job, events []Event, err error) {
	t.Helper()
	e, err = c.Start(t.Context(), flights, json.RawMessage(argument))
	if err != nil {
		return nil, nil, nil, err
	}
	e, job, err = c.Follow(t.Context(), e, Following{Jobs: &jobsOfFlights, Poll: time.Millisecond, Report: func(e Event) { events = append(events, e) }})
	return e, job, events, err
}

func newClient(t *testing.T) (*googletest.Server, *Client) {
	t.Helper()
	server, access := startGoogle(t)
	c, err := NewClient(t.Context(), access)
	require.NoError(t, err)
	return server, c
}

func TestFollow(t *testing.T) {
	server, c := newClient(t)
	server.AddWorkflow(flights, good())
	// Others' jobs: of another environment with the same name, before, and of another name.
	server.AddJob(googletest.Job{Project: data, Region: "europe-west2", Name: "flights-1", State: "RUNNING", Labels: map[string]string{naming.LabelWorkflow: "shop-dev-raw-flights"}})
	server.AddJob(googletest.Job{Project: data, Region: "europe-west2", Name: "flightsdaily-1", State: "RUNNING"})
	server.AddJob(googletest.Job{Project: data, Region: "europe-west1", Name: "flights-1", State: "RUNNING"})
	e, job, events, err := follow(t, c, `{"day":"2015-12-31"}`)
	require.NoError(t, err)
	assert.Equal(t, []string{`{"day":"2015-12-31"}`}, server.Arguments())
	assert.Equal(t, `execution-started ACTIVE
step-entered main.launch
step-entered main.wait
job-started PENDING
job-message BASIC Worker configuration: e2-standard-2.
job-state RUNNING
job-message WARNING Slow.
job-message BASIC Workers have started.
job-state DONE
job-message BASIC Workers have stopped.
execution-state SUCCEEDED
`, lines(events))
	assert.Equal(t, "https://console.cloud.google.com/workflows/workflow/europe-west2/shop-prod-raw-flights/execution/00000001-execution/summary?project=exampledorc-data", events[0].Link)
	assert.Equal(t, "https://console.cloud.google.com/dataflow/jobs/europe-west2/"+job.ID+"?project=exampledorc-data", events[3].Link)
	assert.JSONEq(t, `{"job_id":"`+job.ID+`","job_name":"`+job.Name+`","state":"JOB_STATE_DONE"}`, string(e.Result))
	assert.Equal(t, 184500*time.Millisecond, e.Took)
	assert.False(t, e.Running() || job.Running())
	for _, event := range events {
		assert.Equal(t, "00000001-execution", event.Execution)
	}
}

// Two executions at the same time: each finds its own job.
func TestTwoExecutions(t *testing.T) {
	server, c := newClient(t)
	server.AddWorkflow(flights, good())
	first, err := c.Start(t.Context(), flights, nil)
	require.NoError(t, err)
	_, second, _, err := follow(t, c, "")
	require.NoError(t, err)
	_, job, err := c.Follow(t.Context(), first, Following{Jobs: &jobsOfFlights, Poll: time.Millisecond, Report: func(Event) {}})
	require.NoError(t, err)
	assert.NotEqual(t, second.ID, job.ID)
	list, err := c.List(t.Context(), jobsOfFlights, 0)
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, []string{"00000001-execution", "00000002-execution"}, []string{list[0].Execution, list[1].Execution})
	list, err = c.List(t.Context(), jobsOfFlights, 1)
	require.NoError(t, err)
	assert.Len(t, list, 1)
}

func TestFailure(t *testing.T) {
	server, c := newClient(t)
	w := good()
	w.Ticks = append(w.Ticks[:2], googletest.Tick{Job: "FAILED", Messages: []string{"ERROR: No such column: dy"}},
		googletest.Tick{State: "FAILED", Payload: `{"message":"The job $name is FAILED: No such column: dy","job_id":"$job"}`})
	server.AddWorkflow(flights, w)
	e, job, events, err := follow(t, c, "")
	require.NoError(t, err)
	assert.Contains(t, lines(events), "job-state FAILED\njob-message ERROR No such column: dy\nexecution-state FAILED\n")
	assert.Equal(t, `execution 00000001-execution: it failed
  The job `+job.Name+` is FAILED: No such column: dy
  raised in the step main.raise_failed; `+e.Link(), e.Raised().Error())
}

// A workflow of the user's own launches no job that dorc knows, so none is looked for.
func TestOwnWorkflow(t *testing.T) {
	server, c := newClient(t)
	server.AddWorkflow(flights, googletest.Workflow{Ticks: []googletest.Tick{{Step: "main.first"}, {Step: "main.second"}, {State: "SUCCEEDED", Result: `"done"`}}})
	e, err := c.Start(t.Context(), flights, nil)
	require.NoError(t, err)
	var events []Event
	e, job, err := c.Follow(t.Context(), e, Following{Poll: time.Millisecond, Report: func(e Event) { events = append(events, e) }})
	require.NoError(t, err)
	assert.Nil(t, job)
	assert.Equal(t, "execution-started ACTIVE\nstep-entered main.first\nstep-entered main.second\nexecution-state SUCCEEDED\n", lines(events))
	assert.Equal(t, `"done"`, string(e.Result))
	assert.NotContains(t, strings.Join(server.Requests(), " "), "/jobs")
}

// What goes away by itself is waited for, and said.
func TestTransient(t *testing.T) {
	for name, fault := range map[string]googletest.Fault{
		"500":             {Status: 500, Code: "INTERNAL", Message: "Internal error encountered."},
		"503":             {Status: 503, Code: "UNAVAILABLE", Message: "The service is currently unavailable."},
		"429":             {Status: 429, Code: "RESOURCE_EXHAUSTED", Message: "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute'."},
		"dropped":         {Drop: true},
		"dropped, slowly": {Drop: true, Slow: time.Millisecond},
		"no answer":       {Slow: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			server, c := newClient(t)
			server.AddWorkflow(flights, good())
			if fault.Slow == time.Hour {
				c.limit = 100 * time.Millisecond
			}
			for _, path := range []string{"/executions/", "/jobs/", "/messages", "/jobs"} {
				fault.Method, fault.Path, fault.After, fault.Times = "GET", path, 1, 3
				server.Fault(fault)
			}
			_, job, events, err := follow(t, c, "")
			require.NoError(t, err)
			require.NotNil(t, job)
			assert.Equal(t, "DONE", job.State)
			assert.Contains(t, lines(events), "silence ")
			assert.Contains(t, lines(events), "job-message BASIC Workers have stopped.\nexecution-state SUCCEEDED\n")
		})
	}
}

// A fault that stays ends the following with what to do; it does not end what runs.
func TestPersistent(t *testing.T) {
	for name, test := range map[string]struct {
		fault googletest.Fault
		want  []string
	}{
		"the execution cannot be read": {
			googletest.Fault{Method: "GET", Path: "/executions/", Status: 500, Code: "INTERNAL", Message: "Internal error encountered."},
			[]string{"execution 00000001-execution: the execution cannot be looked at", "Internal error encountered.", "https://status.cloud.google.com"},
		},
		"credentials that have expired": {
			googletest.Fault{Method: "GET", Path: "/executions/", After: 2, Status: 401, Code: "UNAUTHENTICATED", Message: "Request had invalid authentication credentials."},
			[]string{"Google does not accept the credentials", "gcloud auth application-default login"},
		},
		"it must not be started": {
			googletest.Fault{
				Method: "POST", Status: 403, Code: "PERMISSION_DENIED", Reason: "IAM_PERMISSION_DENIED",
				Message: "Permission 'workflows.executions.create' denied on resource '//workflowexecutions.googleapis.com/" + flights + "' (or it may not exist).",
				Info:    map[string]string{"permission": "workflows.executions.create"},
			},
			[]string{"workflow shop-prod-raw-flights: the workflow cannot be executed", "grant roles/workflows.invoker, which has workflows.executions.create"},
		},
		"too many": {
			googletest.Fault{Method: "POST", Status: 429, Code: "RESOURCE_EXHAUSTED", Message: "Quota exceeded."},
			[]string{"a quota is used up: Quota exceeded."},
		},
		"an API that is off": {
			googletest.Disabled("workflowexecutions.googleapis.com", "/executions", "123456789012"),
			[]string{"an API is not enabled", "gcloud services enable workflowexecutions.googleapis.com --project=123456789012"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, c := newClient(t)
			server.AddWorkflow(flights, good())
			server.Fault(test.fault)
			_, _, _, err := follow(t, c, "")
			require.Error(t, err)
			for _, want := range test.want {
				assert.Contains(t, err.Error(), want)
			}
			assert.NotContains(t, err.Error(), googletest.Token)
		})
	}
}

// An execution is created once, also when the answer is lost: it may run already.
func TestStartOnce(t *testing.T) {
	server, c := newClient(t)
	server.AddWorkflow(flights, good())
	server.Fault(googletest.Fault{Method: "POST", Drop: true, Times: 1})
	_, err := c.Start(t.Context(), flights, nil)
	require.ErrorContains(t, err, "whether the workflow is executed is not known")
	require.ErrorContains(t, err, "look before you start it again: https://console.cloud.google.com/workflows/workflow/europe-west2/shop-prod-raw-flights/executions")
	assert.Len(t, server.Requests(), 1)
	server.Mend()
	server.Fault(googletest.Fault{Method: "POST", Status: 429, Code: "RESOURCE_EXHAUSTED", Message: "Quota exceeded.", Times: 2})
	_, err = c.Start(t.Context(), flights, nil)
	require.NoError(t, err)
}

// The job may be hidden from who runs the workflow; the execution is followed then.
func TestJobUnseen(t *testing.T) {
	server, c := newClient(t)
	server.AddWorkflow(flights, good())
	server.Fault(googletest.Fault{
		Path: "/jobs", Status: 403, Code: "PERMISSION_DENIED",
		Message: "(9a3f5c): Could not list jobs; permission denied on project: 'exampledorc-data'. The caller does not have permission 'dataflow.jobs.list'.",
	})
	e, job, events, err := follow(t, c, "")
	require.NoError(t, err)
	assert.Nil(t, job)
	assert.Equal(t, "SUCCEEDED", e.State)
	assert.Equal(t, 1, strings.Count(lines(events), "job-unseen "))
	assert.Contains(t, lines(events), "grant roles/dataflow.viewer, which has dataflow.jobs.list")
}

// Who no longer watches does not end what runs.
func TestDetach(t *testing.T) {
	server, c := newClient(t)
	w := good()
	w.Ticks = w.Ticks[:3]
	server.AddWorkflow(flights, w)
	e, err := c.Start(t.Context(), flights, nil)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	e, job, err := c.Follow(ctx, e, Following{Jobs: &jobsOfFlights, Poll: time.Millisecond, Report: func(e Event) {
		if e.State == "RUNNING" {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.True(t, e.Running() && job.Running())

	// Cancelled by the person: first the execution, then its job.
	require.NoError(t, c.CancelExecution(t.Context(), e.Name))
	require.NoError(t, c.CancelExecution(t.Context(), e.Name), "it has ended already")
	require.NoError(t, c.Cancel(t.Context(), jobsOfFlights, job.ID))
	e, err = c.Execution(t.Context(), e.Name)
	require.NoError(t, err)
	assert.Equal(t, "CANCELLED", e.State)
	assert.Contains(t, e.Raised().Error(), "it was cancelled\n  The execution was cancelled.")
	job, err = c.Job(t.Context(), jobsOfFlights, job.ID)
	require.NoError(t, err)
	assert.Equal(t, "CANCELLED", job.State)
}

func TestJobs(t *testing.T) {
	server, c := newClient(t)
	batch := server.AddJob(googletest.Job{Project: data, Region: "europe-west2", Name: "flights-1", State: "RUNNING", Labels: jobsOfFlights.Labels}, "DEBUG: d", "BASIC: b", "ERROR: e")
	stream := server.AddJob(googletest.Job{Project: data, Region: "europe-west2", Name: "flights-2", State: "RUNNING", Streaming: true, Labels: jobsOfFlights.Labels})
	server.AddJob(googletest.Job{Project: data, Region: "europe-west2", Name: "flights-3", State: "DONE", Labels: jobsOfFlights.Labels})
	active := jobsOfFlights
	active.Active = true
	running, err := c.List(t.Context(), active, 0)
	require.NoError(t, err)
	require.Len(t, running, 2)
	assert.Equal(t, stream, running[0].ID)
	found, err := c.Messages(t.Context(), jobsOfFlights, batch, "debug", time.Time{})
	require.NoError(t, err)
	assert.Equal(t, "job-message DEBUG d\njob-message BASIC b\njob-message ERROR e\n", lines(found))
	found, err = c.Messages(t.Context(), jobsOfFlights, batch, "warning", time.Time{})
	require.NoError(t, err)
	assert.Len(t, found, 1)

	err = c.Drain(t.Context(), jobsOfFlights, batch)
	assert.ErrorContains(t, err, "it cannot be drained\n  (5e2f8a3e): Job draining is only supported for streaming jobs.")
	require.NoError(t, c.Drain(t.Context(), jobsOfFlights, stream))
	job, err := c.Job(t.Context(), jobsOfFlights, stream)
	require.NoError(t, err)
	assert.True(t, job.Streaming)
	assert.Equal(t, "DRAINED", job.State)
	_, err = c.Job(t.Context(), jobsOfFlights, "none")
	assert.ErrorContains(t, err, "Dataflow job none: it cannot be looked at\n  it does not exist: ")

	server.Fault(googletest.Fault{Method: "PUT", Status: 403, Code: "PERMISSION_DENIED", Message: "(1): The workflow could not be cancelled. Permission denied."})
	err = c.Cancel(t.Context(), jobsOfFlights, batch)
	assert.ErrorContains(t, err, "grant roles/dataflow.developer")

	// A job's messages until its end.
	server.Mend()
	job, err = c.Job(t.Context(), jobsOfFlights, batch)
	require.NoError(t, err)
	require.NoError(t, c.Cancel(t.Context(), jobsOfFlights, batch))
	var events []Event
	job, err = c.FollowMessages(t.Context(), jobsOfFlights, job, Following{Poll: time.Millisecond, Report: func(e Event) { events = append(events, e) }})
	require.NoError(t, err)
	assert.Equal(t, "CANCELLED", job.State)
	assert.Equal(t, "job-message BASIC b\njob-message ERROR e\njob-state CANCELLED\n", lines(events))
}
