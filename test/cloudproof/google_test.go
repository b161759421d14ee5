package cloudproof

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/googletest"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/workflows/execute"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

const googleRepo = "testdata/google/repo"

// googleCopy is a copy of the repo whose base images are in a registry of the test.
func googleCopy(t *testing.T) string {
	t.Helper()
	return repoCopy(t, googleRepo, googleImages(startRegistry(t)))
}

// googleImages changes a repo's base images for Dataflow to those of a registry.
func googleImages(host string) [3]string {
	return [3]string{"universal/Pulumi.universal.yaml", "\n  gcp:\n", "\n  gcp:\n    launcher_image: " + host + "/launcher:3.12\n    sdk_image: " + host + "/sdk:3.12\n    dbt_base_image: " + host + "/library/python:3.11-slim\n"}
}

// The complete plan of a config repo on Google Cloud alone, stack by stack, and what
// is asked of the plugin to apply it; a second plan finds nothing to do, and AWS is
// asked nothing.
func TestGoogle(t *testing.T) {
	p := newProof(t, googleCopy(t), options{})
	for _, ref := range stacks(t, p.project) {
		p.google.Forget()
		planned := p.plan(t, ref)
		compare(t, "google/plan/"+ref.Name(), planned.golden())
		assert.True(t, planned.changes)
		sameResources(t, planned, p.google.Calls("Create", true))
		for _, c := range p.google.Calls("Check", false) {
			assert.Empty(t, c.Failures, "%s %s", c.Type, c.Name)
		}
		assert.Empty(t, p.google.Calls("Create", false), "a plan creates nothing")

		p.google.Forget()
		p.apply(t, ref)
		compare(t, "google/apply/"+ref.Name(), requests(p.google.Calls("Create", false)))
	}
	for _, ref := range stacks(t, p.project) {
		assert.False(t, p.plan(t, ref).changes, ref.Name())
	}
	for _, method := range []string{"Configure", "Check", "Create"} {
		assert.Empty(t, p.recorder.Calls(method, false), "AWS is asked nothing")
	}
}

// What was applied can be executed: the outputs lead to the workflow, the workflow
// that the plugin got makes a job that is found as the pipeline's, and stopped.
func TestGoogleRuns(t *testing.T) {
	server := googletest.Start()
	t.Cleanup(server.Stop)
	environ := []string{"GOOGLE_OAUTH_ACCESS_TOKEN=" + googletest.Token}
	for name, value := range server.Endpoints() {
		environ = append(environ, name+"="+value)
		t.Setenv(name, "") // a project sets it for the plugin
	}
	t.Setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "")
	p := newProof(t, googleCopy(t), options{environ: environ})
	for _, ref := range stacks(t, p.project) {
		p.apply(t, ref)
	}
	sources := map[string]string{}
	for _, c := range p.google.Calls("Create", false) {
		if c.Type == "gcp:workflows/workflow:Workflow" {
			sources[c.Outputs["name"].StringValue()] = c.Inputs["sourceContents"].StringValue()
		}
	}
	require.Len(t, sources, 3)
	for pipeline, workflow := range map[string]string{"flights": "exampledorc-prod-raw-flights", "orders": "exampledorc-prod-raw-orders"} {
		ref, err := p.project.Ref(pipeline, "raw", env)
		require.NoError(t, err)
		server.AddWorkflow("projects/exampledorc-data/locations/europe-west2/workflows/"+workflow, googletest.Workflow{JobName: pipeline, Ticks: []googletest.Tick{
			{Step: "main.launch"}, {Job: "RUNNING"}, {Job: "DONE"}, {State: "SUCCEEDED", Result: `{"job_id":"$job"}`},
		}})
		run, err := p.project.RunInCloud(t.Context(), ref, json.RawMessage(`{"day":"2016-02-29"}`))
		require.NoError(t, err)
		var states []string
		outcome, err := run.Follow(t.Context(), stack.CloudFollow{Poll: time.Millisecond, Report: func(e stack.CloudEvent) {
			if e.JobName != "" {
				states = append(states, e.State)
			}
		}})
		require.NoError(t, err)
		require.NoError(t, outcome.Failure)
		assert.Equal(t, []string{"RUNNING", "DONE", "SUCCEEDED"}, states)

		// The definition that was applied, executed for real.
		server.Launches("PENDING", "RUNNING", "RUNNING", "RUNNING")
		definition, problems := syntax.Parse("workflow.yaml", []byte(sources[workflow]))
		require.NoError(t, problems.Err())
		asleep := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, err := execute.Run(ctx, definition, nil, execute.Options{
				HTTP:        toGoogle(server.URL),
				Environment: map[string]string{"GOOGLE_CLOUD_WORKFLOW_ID": workflow, "GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID": "executed"},
				Sleep: func(ctx context.Context, _ time.Duration) error {
					close(asleep)
					<-ctx.Done()
					return ctx.Err()
				},
			})
			ended <- err
		}()
		<-asleep
		jobs, err := p.project.DataflowJobs(t.Context(), ref, "")
		require.NoError(t, err)
		job, err := jobs.Running(t.Context(), "")
		require.NoError(t, err)
		assert.Equal(t, "executed", job.Execution)
		require.NoError(t, jobs.Cancel(t.Context(), job))
		found, err := jobs.List(t.Context(), false, 0)
		require.NoError(t, err)
		assert.Len(t, found, 2)
		cancel()
		assert.ErrorIs(t, <-ended, context.Canceled)
	}
	chain, err := p.project.Ref("chain", "raw", env)
	require.NoError(t, err)
	_, err = p.project.DataflowJobs(t.Context(), chain, "")
	assert.ErrorContains(t, err, "it launches no Dataflow job that dorc knows of")
}

// toGoogle sends a workflow's requests to the stand-in at this address.
type toGoogle string

func (to toGoogle) Do(r *http.Request) (*http.Response, error) {
	r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(string(to), "http://")
	r.Host = r.URL.Host
	r.Header.Set("Authorization", "Bearer "+googletest.Token)
	return http.DefaultClient.Do(r)
}
