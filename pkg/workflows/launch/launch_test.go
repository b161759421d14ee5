package launch

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/workflows/execute"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// google stands in for the APIs of Dataflow and BigQuery on loopback. Its clock
// moves when the workflow sleeps.
type google struct {
	mu sync.Mutex
	// faults are answered first, in order, to requests whose method and path contain their key.
	faults map[string][]int
	// lost launches the job and answers with a fault.
	lost bool
	// states are those of a job that is launched, one per look, the last for good.
	states []string
	// running is the state of the job "old", by look; nil for no such job.
	running []string
	// vanishes answers looks at jobs with 404.
	vanishes bool
	// onPut is called when a job is asked to end.
	onPut func()
	// pages is how many empty pages come before the list of jobs.
	pages int

	requests []string
	launched []map[string]any
	put      []string
	queries  []map[string]any
	names    map[string]string
	looks    int
	auth     map[string]bool
}

func (g *google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	request := r.Method + " " + r.Host + r.URL.Path
	g.requests = append(g.requests, request)
	g.auth[r.Header.Get("Authorization")] = true
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	for part, codes := range g.faults {
		if strings.Contains(request, part) && len(codes) > 0 {
			g.faults[part] = codes[1:]
			if g.lost && strings.HasSuffix(r.URL.Path, ":launch") {
				g.launch(r)
			}
			g.fail(w, codes[0])
			return
		}
	}
	const jobs = "/v1b3/projects/exampledorc-data/locations/europe-west2/jobs"
	switch {
	case strings.HasPrefix(r.Host, "bigquery."):
		g.bigquery(w, r)
	case strings.HasSuffix(r.URL.Path, "/flexTemplates:launch"):
		name := g.launch(r)
		if name == "" {
			g.fail(w, http.StatusConflict)
			return
		}
		g.answer(w, map[string]any{"job": map[string]any{"id": "id-of-" + name, "name": name}})
	case strings.HasSuffix(r.URL.Path, "/messages") && r.URL.Query().Get("minimumImportance") == "JOB_MESSAGE_ERROR":
		g.answer(w, map[string]any{"jobMessages": []any{map[string]any{"messageText": "the input is not there"}, map[string]any{"messageText": "the job failed"}}})
	case r.URL.Path == jobs:
		g.list(w, r.URL.Query())
	case r.Method == http.MethodPut:
		var body map[string]string
		_ = json.NewDecoder(r.Body).Decode(&body)
		if g.onPut != nil {
			g.onPut()
		}
		g.put = append(g.put, strings.TrimPrefix(r.URL.Path, jobs+"/")+" "+body["requestedState"])
		g.answer(w, map[string]any{})
	case g.vanishes:
		g.fail(w, http.StatusNotFound)
	case r.URL.Path == jobs+"/old":
		g.answer(w, map[string]any{"currentState": next(&g.running)})
	default:
		g.looks++
		g.answer(w, map[string]any{"currentState": next(&g.states)})
	}
}

func next(states *[]string) string {
	state := (*states)[0]
	*states = (*states)[min(1, len(*states)-1):]
	return state
}

// launch makes a job; its name is "" when there is one of that name already.
func (g *google) launch(r *http.Request) string {
	var body struct{ LaunchParameter map[string]any }
	_ = json.NewDecoder(r.Body).Decode(&body)
	name := body.LaunchParameter["jobName"].(string)
	if g.names[name] != "" && body.LaunchParameter["update"] != true {
		return ""
	}
	g.names[name] = "id-of-" + name
	g.launched = append(g.launched, body.LaunchParameter)
	return name
}

func (g *google) list(w http.ResponseWriter, query url.Values) {
	if g.pages > 0 {
		g.pages--
		g.answer(w, map[string]any{"nextPageToken": "more"})
		return
	}
	all := []any{map[string]any{"id": "other", "name": "other"}}
	if query.Get("filter") == "ACTIVE" {
		if id := g.names[query.Get("name")]; id != "" {
			all = append(all, map[string]any{"id": id, "name": query.Get("name")})
		}
	}
	g.answer(w, map[string]any{"jobs": all})
}

func (g *google) bigquery(w http.ResponseWriter, r *http.Request) {
	complete := map[string]any{"jobComplete": true, "rows": []any{map[string]any{"f": []any{map[string]any{"v": "2026-01-30 00:00:00"}}}}}
	if r.Method == http.MethodGet {
		g.answer(w, complete)
		return
	}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	g.queries = append(g.queries, body)
	if len(g.queries) == 1 {
		g.answer(w, map[string]any{"jobComplete": false, "jobReference": map[string]any{"jobId": "q1", "location": "EU"}})
		return
	}
	g.answer(w, complete)
}

func (g *google) answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func (g *google) fail(w http.ResponseWriter, code int) {
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": "said by Google"}})
}

// toServer sends requests for Google to the stand-in.
type toServer struct{ host string }

func (s toServer) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" || !strings.HasSuffix(r.URL.Host, ".googleapis.com") {
		return nil, errors.New("a request to " + r.URL.String())
	}
	r.Host, r.URL.Scheme, r.URL.Host = r.URL.Host, "http", s.host
	return http.DefaultClient.Do(r)
}

// ran is what came of an execution.
type ran struct {
	result any
	err    error
	sleeps []time.Duration
}

func run(t *testing.T, g *google, o Options, argument any, asleep func()) ran {
	t.Helper()
	g.auth = map[string]bool{}
	if g.names == nil {
		g.names = map[string]string{}
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	data, err := Write(o)
	require.NoError(t, err)
	w, problems := syntax.Parse("workflow.yaml", data)
	require.NoError(t, problems.Err())
	now := time.Date(2026, 1, 31, 3, 0, 0, 0, time.UTC)
	var out ran
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out.result, out.err = execute.Run(ctx, w, argument, execute.Options{
		HTTP:        toServer{strings.TrimPrefix(server.URL, "http://")},
		Environment: map[string]string{"GOOGLE_CLOUD_WORKFLOW_ID": "shop-prod-raw-flights", "GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID": "e1"},
		Now:         func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			now = now.Add(d)
			out.sleeps = append(out.sleeps, d)
			if asleep != nil {
				asleep()
				cancel()
			}
			return ctx.Err()
		},
		Token: func(context.Context, map[string]any, string) (string, error) { return "secret", nil },
	})
	assert.NotContains(t, g.auth, "", "every request has a token")
	return out
}

func done() *google { return &google{states: []string{"JOB_STATE_DONE"}} }

// failure is the value that an execution failed with.
func failure(t *testing.T, r ran) map[string]any {
	t.Helper()
	var f *execute.Failure
	require.ErrorAs(t, r.err, &f)
	value, ok := f.Value.(map[string]any)
	require.True(t, ok, "%v", f.Value)
	return value
}

func TestSuccess(t *testing.T) {
	g := &google{states: []string{"JOB_STATE_QUEUED", "JOB_STATE_RUNNING", "JOB_STATE_RUNNING", "JOB_STATE_DONE"}}
	r := run(t, g, options(nil), nil, nil)
	require.NoError(t, r.err)
	require.Len(t, g.launched, 1)
	name := g.launched[0]["jobName"].(string)
	assert.Regexp(t, `^flights-20260131t030000-[0-9a-f]{8}$`, name)
	assert.Equal(t, map[string]any{"job_id": "id-of-" + name, "job_name": name, "state": "JOB_STATE_DONE"}, r.result)
	assert.Equal(t, []time.Duration{180 * time.Second, 180 * time.Second, 180 * time.Second}, r.sleeps)
	assert.Equal(t, map[string]any{
		"jobName": name, "containerSpecGcsPath": "gs://b/templates/raw-to-processed/flights.json",
		"parameters": map[string]any{"input": "gs://raw/flights/*.csv", "day": "2015-12-31"},
		"environment": map[string]any{
			"numWorkers": 1.0, "maxWorkers": 10.0, "machineType": "e2-standard-2", "serviceAccountEmail": "w@p.iam.gserviceaccount.com",
			"tempLocation": "gs://b/temp", "stagingLocation": "gs://b/staging", "subnetwork": "regions/europe-west2/subnetworks/s",
			"ipConfiguration": "WORKER_IP_PRIVATE", "sdkContainerImage": "europe-west2-docker.pkg.dev/p/r/flights@sha256:abc",
			"additionalUserLabels": map[string]any{"team": "data", "dorc-workflow": "shop-prod-raw-flights", "dorc-execution": "e1"},
		},
	}, g.launched[0])
	for _, state := range []string{"JOB_STATE_UPDATED", "JOB_STATE_DRAINED"} {
		r := run(t, &google{states: []string{state}}, options(nil), nil, nil)
		require.NoError(t, r.err)
		assert.Equal(t, state, r.result.(map[string]any)["state"])
	}
}

func TestArgument(t *testing.T) {
	g := done()
	r := run(t, g, options(nil), map[string]any{
		"day": "2016-01-01", "input": nil, "absent": nil, "limit": 5, "ratio": 0.5, "quick": true, "list": []any{"a", 1}, "map": map[string]any{"k": "v"},
		"numWorkers": 3, "maxWorkers": 30, "machineType": "n2-standard-8", "subnetwork": "regions/x/subnetworks/y",
		"workerContainerImage": "image", "containerSpecGcsPath": "gs://other/t.json", "gcs_temp_folder": "gs://other/temp",
		"pollingSeconds": 5, "config": "gs://mine/config.json", "profile": "p",
	}, nil)
	require.NoError(t, r.err)
	launched := g.launched[0]
	assert.Equal(t, map[string]any{
		"day": "2016-01-01", "limit": "5", "ratio": "0.5", "quick": "true", "list": `["a",1]`, "map": `{"k":"v"}`,
		"config": "gs://mine/config.json", "profile": "p",
	}, launched["parameters"])
	assert.Equal(t, "gs://other/t.json", launched["containerSpecGcsPath"])
	environment := launched["environment"].(map[string]any)
	for key, want := range map[string]any{"numWorkers": 3.0, "maxWorkers": 30.0, "machineType": "n2-standard-8", "subnetwork": "regions/x/subnetworks/y",
		"sdkContainerImage": "image", "tempLocation": "gs://other/temp", "stagingLocation": "gs://b/staging"} {
		assert.Equal(t, want, environment[key], key)
	}

	g = &google{states: []string{"JOB_STATE_PENDING", "JOB_STATE_DONE"}}
	r = run(t, g, options(nil), map[string]any{"pollingSeconds": "7", "region": "europe-west2"}, nil)
	require.NoError(t, r.err)
	assert.Equal(t, []time.Duration{7 * time.Second}, r.sleeps)
	g = done()
	run(t, g, options(nil), map[string]any{"region": "us-east1"}, nil)
	assert.Equal(t, "POST dataflow.googleapis.com/v1b3/projects/exampledorc-data/locations/us-east1/flexTemplates:launch", g.requests[0])
}

// Texts reach the launch as they are, whatever Workflows would take them for.
func TestTexts(t *testing.T) {
	g, o := done(), options(cases["texts"])
	require.NoError(t, run(t, g, o, nil, nil).err)
	assert.Equal(t, o.Parameters, g.launched[0]["parameters"])
}

func TestJobFails(t *testing.T) {
	for _, state := range []string{"JOB_STATE_FAILED", "JOB_STATE_CANCELLED"} {
		g := &google{states: []string{"JOB_STATE_RUNNING", state}}
		r := run(t, g, options(nil), nil, nil)
		name := g.launched[0]["jobName"].(string)
		assert.Equal(t, map[string]any{
			"message": "job " + name + " (id-of-" + name + ") ended as " + state + "\nthe input is not there\nthe job failed",
			"job_id":  "id-of-" + name, "job_name": name, "state": state,
		}, failure(t, r))
	}
}

func TestTransientErrors(t *testing.T) {
	g := done()
	g.faults = map[string][]int{":launch": {503, 429}, "/jobs/": {502, 504}}
	r := run(t, g, options(nil), nil, nil)
	require.NoError(t, r.err)
	assert.Len(t, g.launched, 1)
	assert.Equal(t, []time.Duration{2 * time.Second, 4 * time.Second, 2 * time.Second, 4 * time.Second}, r.sleeps)

	// It ends at some time.
	g = done()
	g.faults = map[string][]int{":launch": slices.Repeat([]int{503}, 20)}
	r = run(t, g, options(nil), nil, nil)
	assert.Equal(t, map[string]any{"message": "Dataflow refused the launch, said by Google", "code": int64(503)}, failure(t, r))
	assert.Len(t, r.sleeps, 8)
}

// A launch that was made though its answer was lost is found by its name.
func TestLostAnswer(t *testing.T) {
	g := done()
	g.lost, g.faults, g.pages = true, map[string][]int{":launch": {503}}, 2
	r := run(t, g, options(nil), nil, nil)
	require.NoError(t, r.err)
	require.Len(t, g.launched, 1)
	assert.Equal(t, "id-of-"+g.launched[0]["jobName"].(string), r.result.(map[string]any)["job_id"])

	g = done()
	g.faults = map[string][]int{":launch": {409}}
	r = run(t, g, options(nil), nil, nil)
	assert.Equal(t, map[string]any{"message": "Dataflow refused the launch, said by Google", "code": int64(409)}, failure(t, r), "a conflict without a job")
}

func TestRefused(t *testing.T) {
	g := done()
	g.faults = map[string][]int{":launch": {403}}
	r := run(t, g, options(nil), nil, nil)
	assert.Equal(t, map[string]any{"message": "Dataflow refused the launch, said by Google" + roles, "code": int64(403)}, failure(t, r))
	assert.Empty(t, r.sleeps)
}

func TestJobVanishes(t *testing.T) {
	g := &google{vanishes: true, states: []string{"x"}}
	r := run(t, g, options(nil), nil, nil)
	assert.Regexp(t, `^no answer from https://dataflow.*/jobs/id-of-flights-.*, said by Google$`, failure(t, r)["message"])
	assert.Empty(t, g.put, "the job is left alone")

	g = &google{vanishes: true, states: []string{"x"}}
	r = run(t, g, options(cases["code-cancel"]), nil, nil)
	assert.Regexp(t, `^no answer from `, failure(t, r)["message"])
	require.Len(t, g.put, 1)
	assert.Regexp(t, `^id-of-flights-.* JOB_STATE_CANCELLED$`, g.put[0])

	// What the job could not be cancelled for does not hide why.
	g = &google{vanishes: true, states: []string{"x"}, faults: map[string][]int{"PUT": {400}}}
	r = run(t, g, options(cases["code-cancel"]), nil, nil)
	assert.Regexp(t, `^no answer from `, failure(t, r)["message"])
}

// An execution that is cancelled does nothing more: Workflows has no way to say
// what shall happen then.
func TestExecutionCancelled(t *testing.T) {
	g := &google{states: []string{"JOB_STATE_RUNNING"}}
	r := run(t, g, options(cases["code-cancel"]), nil, func() {})
	assert.ErrorIs(t, r.err, context.Canceled)
	assert.Empty(t, g.put)
}

func TestStreaming(t *testing.T) {
	const job = "exampledorc-prod-raw-flights"
	for _, update := range []definition.Update{definition.UpdateDrain, definition.UpdateReplace, definition.UpdateInPlace} {
		t.Run(string(update), func(t *testing.T) {
			o := options(streaming(update))
			g := &google{states: []string{"JOB_STATE_QUEUED", "JOB_STATE_RUNNING"}}
			r := run(t, g, o, nil, nil)
			require.NoError(t, r.err)
			assert.Equal(t, map[string]any{"job_id": "id-of-" + job, "job_name": job, "state": "JOB_STATE_RUNNING"}, r.result)
			assert.Empty(t, g.put)
			assert.NotEqual(t, true, g.launched[0]["update"], "there is no job to update")

			g = &google{states: []string{"JOB_STATE_RUNNING"}, running: []string{"JOB_STATE_DRAINING", "JOB_STATE_DRAINING", "JOB_STATE_DRAINED"}, names: map[string]string{job: "old"}}
			gone := func() { delete(g.names, job) }
			r = runStreaming(t, g, o, gone)
			require.NoError(t, r.err)
			assert.Equal(t, "id-of-"+job, r.result.(map[string]any)["job_id"])
			switch update {
			case definition.UpdateDrain:
				assert.Equal(t, []string{"old JOB_STATE_DRAINED"}, g.put)
				assert.Len(t, r.sleeps, 2, "the old job is waited for")
			case definition.UpdateReplace:
				assert.Equal(t, []string{"old JOB_STATE_CANCELLED"}, g.put)
			case definition.UpdateInPlace:
				assert.Empty(t, g.put)
				assert.Equal(t, true, g.launched[0]["update"])
			}
		})
	}
	r := run(t, &google{states: []string{"JOB_STATE_FAILED"}}, options(streaming(definition.UpdateDrain)), nil, nil)
	assert.Equal(t, "JOB_STATE_FAILED", failure(t, r)["state"])
}

// runStreaming forgets the old job when it is asked to end.
func runStreaming(t *testing.T, g *google, o Options, gone func()) ran {
	if o.Update != definition.UpdateInPlace {
		g.onPut = gone
	}
	return run(t, g, o, nil, nil)
}

func TestYAML(t *testing.T) {
	g := done()
	require.NoError(t, run(t, g, options(yamlPipeline), map[string]any{"limit": 5, "list": []any{"a"}, "day": nil}, nil).err)
	parameters := g.launched[0]["parameters"].(map[string]any)
	assert.Equal(t, "gs://b/configs/raw-to-processed/flights/pipeline.beam.yaml", parameters["yaml_pipeline_file"])
	assert.JSONEq(t, `{"input": "gs://raw/flights/*.csv", "limit": 5, "list": ["a"]}`, parameters["jinja_variables"].(string))
	assert.Len(t, parameters, 2)

	g = done()
	require.NoError(t, run(t, g, options(yamlPipeline), map[string]any{"config": "gs://mine/other.beam.yaml"}, nil).err)
	assert.Equal(t, "gs://mine/other.beam.yaml", g.launched[0]["parameters"].(map[string]any)["yaml_pipeline_file"])
}

// variables are the Jinja variables of the only launch.
func variables(t *testing.T, g *google) map[string]any {
	require.Len(t, g.launched, 1)
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(g.launched[0]["parameters"].(map[string]any)["jinja_variables"].(string)), &v))
	return v
}

func TestConfig(t *testing.T) {
	g := done()
	require.NoError(t, run(t, g, options(config), nil, nil).err)
	assert.Equal(t, map[string]any{
		"orders_url": "jdbc:postgresql://10.0.0.5:5432/orders", "orders_username": "reader", "orders_secret": `{"name": "s", "project": "p"}`,
		"incremental_from_orders": "2026-01-30 00:00:00", "incremental_from_lines": "2026-01-31 02:00:00",
	}, variables(t, g))
	require.Len(t, g.queries, 3, "one before, two after")
	assert.Equal(t, "SELECT IFNULL(MAX(t), '1000-01-01 00:00:00')\nFROM `p.d.orders`", g.queries[0]["query"])
	assert.Equal(t, "BEGIN TRANSACTION;\n\n  SELECT '${not an expression}';\nCOMMIT TRANSACTION;", g.queries[1]["query"])
	assert.Equal(t, "SELECT @incremental_from_lines", g.queries[2]["query"])
	assert.Equal(t, []any{map[string]any{"name": "incremental_from_lines", "parameterType": map[string]any{"type": "STRING"},
		"parameterValue": map[string]any{"value": "2026-01-31 02:00:00"}}}, g.queries[2]["queryParameters"])
	seen := map[any]bool{}
	for _, q := range g.queries {
		assert.Equal(t, false, q["useLegacySql"])
		seen[q["requestId"]] = true
	}
	assert.Len(t, seen, 3)
	assert.Contains(t, g.requests, "GET bigquery.googleapis.com/bigquery/v2/projects/warehouse/queries/q1", "a query that takes long is waited for")

	// What the argument gives is not asked for; another profile is another database.
	g = done()
	require.NoError(t, run(t, g, options(config), map[string]any{"profile": "replica", "incremental_from_orders": "2020-01-01", "incremental_from_lines": "2020-01-02"}, nil).err)
	got := variables(t, g)
	assert.Equal(t, "jdbc:postgresql://10.0.0.6:5432/orders", got["orders_url"])
	assert.Equal(t, "2020-01-01", got["incremental_from_orders"])
	assert.Len(t, g.queries, 2)

	r := run(t, done(), options(config), map[string]any{"profile": "nobody"}, nil)
	assert.Equal(t, map[string]any{"message": "there is no connection profile nobody for this pipeline", "profiles": []any{"orders", "replica"}}, failure(t, r))

	// A job that failed is not completed.
	g = &google{states: []string{"JOB_STATE_FAILED"}}
	failure(t, run(t, g, options(config), nil, nil))
	assert.Len(t, g.queries, 1)

	g = done()
	g.faults = map[string][]int{"/queries": {400}}
	assert.Equal(t, "BigQuery refused a query, said by Google", failure(t, run(t, g, options(config), nil, nil))["message"])
	assert.Empty(t, g.launched)
}

func TestSeveralProfiles(t *testing.T) {
	g := done()
	require.NoError(t, run(t, g, options(severalProfiles), nil, nil).err)
	assert.Equal(t, "jdbc:mysql://10.0.0.6:3306/stock", variables(t, g)["stock_url"])
	assert.Equal(t, "the pipeline reads from several databases, so no profile can be chosen",
		failure(t, run(t, done(), options(severalProfiles), map[string]any{"profile": "orders"}, nil))["message"])
}
