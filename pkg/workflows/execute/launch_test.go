package execute

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// dataflow stands in for the Dataflow API: each request takes the next answer of
// its kind, the last one again and again.
type dataflow struct {
	mu       sync.Mutex
	launches []answer
	states   []string
	launched []map[string]any
	requests []string
	tokens   map[string]bool
}

type answer struct {
	code int
	body string
}

func (d *dataflow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests = append(d.requests, r.Method+" "+r.URL.RequestURI())
	d.tokens[r.Header.Get("Authorization")] = true
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	switch {
	case strings.HasSuffix(r.URL.Path, "flexTemplates:launch"):
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		d.launched = append(d.launched, body["launchParameter"].(map[string]any))
		a := d.launches[0]
		d.launches = d.launches[min(1, len(d.launches)-1):]
		w.WriteHeader(a.code)
		_, _ = w.Write([]byte(a.body))
	case strings.HasSuffix(r.URL.Path, "/messages"):
		_, _ = w.Write([]byte(`{"jobMessages": [{"messageText": "the input is not there"}]}`))
	default:
		state := d.states[0]
		d.states = d.states[min(1, len(d.states)-1):]
		_ = json.NewEncoder(w).Encode(map[string]string{"id": "job-1", "name": "flights", "currentState": state})
	}
}

const accepted = `{"job": {"id": "job-1"}}`

// launch runs the workflow of testdata against the API, on a clock that only
// sleeping moves.
func launch(t *testing.T, ctx context.Context, d *dataflow, asleep func(slept time.Duration)) (any, []time.Duration, []Entry, error) {
	t.Helper()
	d.tokens = map[string]bool{}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	source, err := os.ReadFile("testdata/launch.yaml")
	require.NoError(t, err)
	w, problems := syntax.Parse("workflow.yaml", source)
	require.NoError(t, problems.Err())
	now := time.Unix(1_700_000_000, 0)
	var sleeps []time.Duration
	var entries []Entry
	result, err := Run(ctx, w, map[string]any{"endpoint": server.URL, "parameters": map[string]any{"input": "gs://other/in", "limit": 5}}, Options{
		Now: func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			now = now.Add(d)
			sleeps = append(sleeps, d)
			if asleep != nil {
				asleep(d)
			}
			return ctx.Err()
		},
		Token:       func(context.Context, map[string]any, string) (string, error) { return "secret", nil },
		Environment: map[string]string{"GOOGLE_CLOUD_PROJECT_ID": "p", "GOOGLE_CLOUD_LOCATION": "europe-west1"},
		Log:         func(e Entry) { entries = append(entries, e) },
	})
	return result, sleeps, entries, err
}

func TestLaunchDone(t *testing.T) {
	d := &dataflow{launches: []answer{{200, accepted}}, states: []string{"JOB_STATE_QUEUED", "JOB_STATE_RUNNING", "JOB_STATE_DONE"}}
	result, sleeps, entries, err := launch(t, t.Context(), d, nil)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"id": "job-1", "name": "flights", "state": "JOB_STATE_DONE"}, result)
	assert.Equal(t, []time.Duration{30 * time.Second, 30 * time.Second}, sleeps)
	assert.Equal(t, []Entry{{Severity: "INFO", Text: "job job-1 is JOB_STATE_DONE"}}, entries)
	assert.Equal(t, []string{
		"POST /v1b3/projects/p/locations/europe-west1/flexTemplates:launch",
		"GET /v1b3/projects/p/locations/europe-west1/jobs/job-1",
		"GET /v1b3/projects/p/locations/europe-west1/jobs/job-1",
		"GET /v1b3/projects/p/locations/europe-west1/jobs/job-1",
	}, d.requests)
	assert.Equal(t, map[string]bool{"Bearer secret": true}, d.tokens)
	assert.Equal(t, []map[string]any{{"jobName": "flights-1700000000", "containerSpecGcsPath": "gs://bucket/flights.json",
		"parameters": map[string]any{"input": "gs://other/in", "output": "gs://bucket/out", "limit": 5.0}}}, d.launched)
}

func TestLaunchFailedJob(t *testing.T) {
	d := &dataflow{launches: []answer{{200, accepted}}, states: []string{"JOB_STATE_FAILED"}}
	_, _, _, err := launch(t, t.Context(), d, nil)
	var f *Failure
	require.ErrorAs(t, err, &f)
	assert.Equal(t, map[string]any{"message": "job job-1 is JOB_STATE_FAILED, the input is not there", "job": "job-1"}, f.Value)
	assert.Equal(t, "workflow.yaml:63:7: the workflow failed\n  in step \"fail\" of main: job job-1 is JOB_STATE_FAILED, the input is not there", f.Problem().Error())
	assert.Contains(t, d.requests, "GET /v1b3/projects/p/locations/europe-west1/jobs/job-1/messages?minimumImportance=JOB_MESSAGE_ERROR")
}

func TestLaunchRetries(t *testing.T) {
	unavailable := answer{503, `{"error": {"message": "busy"}}`}
	d := &dataflow{launches: []answer{unavailable, unavailable, {200, accepted}}, states: []string{"JOB_STATE_DONE"}}
	_, sleeps, _, err := launch(t, t.Context(), d, nil)
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Second}, sleeps)

	d = &dataflow{launches: []answer{unavailable}}
	_, sleeps, _, err = launch(t, t.Context(), d, nil)
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, sleeps)
	var f *Failure
	require.ErrorAs(t, err, &f)
	value := f.Value.(map[string]any)
	assert.Equal(t, int64(503), value["code"])
	assert.Equal(t, map[string]any{"error": map[string]any{"message": "busy"}}, value["body"])
	assert.Equal(t, "HTTP server responded with error code 503", f.Error())

	d = &dataflow{launches: []answer{{403, `{}`}}}
	_, sleeps, _, err = launch(t, t.Context(), d, nil)
	assert.Empty(t, sleeps, "403 is not tried again")
	assert.Error(t, err)
}

func TestLaunchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := &dataflow{launches: []answer{{200, accepted}}, states: []string{"JOB_STATE_RUNNING"}}
	_, sleeps, _, err := launch(t, ctx, d, func(time.Duration) { cancel() })
	assert.ErrorIs(t, err, context.Canceled)
	assert.False(t, isFailure(err))
	assert.Len(t, sleeps, 1)

	ctx, stop := context.WithCancelCause(t.Context())
	reason := errors.New("the user asked")
	stop(reason)
	_, _, _, err = launch(t, ctx, &dataflow{}, nil)
	assert.ErrorIs(t, err, reason)
}
