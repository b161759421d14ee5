package dataflow

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	api "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// world is the service behind Google's own client. A job's program is a shell script.
type world struct {
	t       *testing.T
	service *Service
	jobs    *api.ProjectsLocationsJobsService
	launch  *api.ProjectsLocationsFlexTemplatesService
	scripts map[string]string
	dir     string

	mu     sync.Mutex
	states map[string][]string
	closed int
}

const project, region = "example", "europe-west2"

const template = `{"image": "europe-west2-docker.pkg.dev/example/r/raw-x@sha256:00", "sdkInfo": {"language": "PYTHON"}, "metadata": {"name": "x",
 "parameters": [{"name": "input", "label": "Input", "helpText": "What is read", "regexes": ["gs://.+"]}, {"name": "day", "label": "Day", "helpText": "Which day", "isOptional": true}]},
 "defaultEnvironment": {"tempLocation": "gs://b/temp", "additionalUserLabels": {"of": "template"}}}`

func newWorld(t *testing.T) *world {
	w := &world{t: t, scripts: map[string]string{}, dir: t.TempDir(), states: map[string][]string{}}
	objects := map[string]string{
		"b/x.json": template, "b/open.json": `{"image": "i", "sdkInfo": {"language": "PYTHON"}, "metadata": {"name": "o", "streaming": true}}`,
		"b/java.json": `{"image": "i", "sdkInfo": {"language": "JAVA"}, "metadata": {"name": "j"}}`, "b/bad.json": `{`,
	}
	w.service = New(t.Context(), Options{
		Read: func(bucket, key string) ([]byte, error) {
			if text, ok := objects[bucket+"/"+key]; ok {
				return []byte(text), nil
			}
			return nil, errors.New("there is no such object")
		},
		Prepare: func(_ context.Context, j Job, _ *flextemplate.Template, say func(string)) (*process.Program, error) {
			script, ok := w.scripts[j.Name]
			if !ok {
				return nil, errors.New("the image is not in the local cloud")
			}
			say("preparing")
			return &process.Program{Argv: []string{"/bin/sh", "-c", script, "main"}, Dir: w.dir, Environment: []string{"PATH=/usr/bin:/bin", "WHO=me"},
				Close: func() error {
					w.mu.Lock()
					defer w.mu.Unlock()
					w.closed++
					return nil
				}}, nil
		},
		On: func(j Job, m *Message) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if m == nil {
				w.states[j.Name] = append(w.states[j.Name], strings.TrimPrefix(j.State, "JOB_STATE_"))
			}
		},
	})
	server := httptest.NewServer(w.service)
	t.Cleanup(server.Close)
	t.Cleanup(w.service.Close)
	client, err := api.NewService(t.Context(), option.WithEndpoint(server.URL), option.WithoutAuthentication(), option.WithHTTPClient(server.Client()))
	require.NoError(t, err)
	w.jobs, w.launch = client.Projects.Locations.Jobs, client.Projects.Locations.FlexTemplates
	return w
}

func (w *world) start(name string, p api.LaunchFlexTemplateParameter) (*api.Job, error) {
	p.JobName = name
	if p.ContainerSpecGcsPath == "" {
		p.ContainerSpecGcsPath = "gs://b/open.json"
	}
	out, err := w.launch.Launch(project, region, &api.LaunchFlexTemplateRequest{LaunchParameter: &p}).Do()
	if err != nil {
		return nil, err
	}
	return out.Job, nil
}

// run launches a job and waits for its end.
func (w *world) run(name, script string, p api.LaunchFlexTemplateParameter) *api.Job {
	w.t.Helper()
	w.scripts[name] = script
	j, err := w.start(name, p)
	require.NoError(w.t, err)
	return w.wait(j.Id, Done, Failed, Cancelled, Drained, Updated)
}

func (w *world) wait(id string, states ...string) *api.Job {
	w.t.Helper()
	var j *api.Job
	require.Eventually(w.t, func() bool {
		var err error
		j, err = w.jobs.Get(project, region, id).Do()
		require.NoError(w.t, err)
		for _, state := range states {
			if j.CurrentState == state {
				return true
			}
		}
		return false
	}, 30*time.Second, 5*time.Millisecond)
	return j
}

func (w *world) messages(id, importance string) (texts []string) {
	w.t.Helper()
	out, err := w.jobs.Messages.List(project, region, id).MinimumImportance(importance).Do()
	require.NoError(w.t, err)
	for _, m := range out.JobMessages {
		texts = append(texts, m.MessageText)
	}
	return texts
}

func (w *world) statesOf(name string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.states[name]
}

func TestJobRuns(t *testing.T) {
	w := newWorld(t)
	j := w.run("x", `echo "INFO:root:hello $WHO"; echo "WARNING:root:careful" >&2; printf '%s\n' "$@"`, api.LaunchFlexTemplateParameter{
		ContainerSpecGcsPath: "gs://b/x.json", Parameters: map[string]string{"input": "gs://b/in put", "day": "2015-12-31"},
		Environment: &api.FlexTemplateRuntimeEnvironment{NumWorkers: 2, StagingLocation: "gs://b/staging", AdditionalUserLabels: map[string]string{"of": "launch", "more": "yes"}},
	})
	assert.Equal(t, Done, j.CurrentState)
	assert.Equal(t, "JOB_TYPE_BATCH", j.Type)
	assert.Equal(t, map[string]string{"of": "launch", "more": "yes"}, j.Labels)
	assert.Regexp(t, `^\d{4}-\d\d-\d\d_\d\d_\d\d_\d\d-\d{19}$`, j.Id)
	assert.Equal(t, []string{"QUEUED", "RUNNING", "DONE"}, w.statesOf("x"))
	assert.Equal(t, []string{"INFO:root:hello me", "WARNING:root:careful", "--job_name=x", "--project=example", "--region=europe-west2", "--staging_location=gs://b/staging",
		"--temp_location=gs://b/temp", "--day=2015-12-31", "--input=gs://b/in put", "--runner=DirectRunner"}, w.messages(j.Id, Basic))
	assert.Equal(t, []string{"WARNING:root:careful"}, w.messages(j.Id, Warning))
	assert.Contains(t, w.messages(j.Id, Debug), "preparing")
	assert.Equal(t, 1, w.closed)

	first, err := w.jobs.Messages.List(project, region, j.Id).Do(googleapi.QueryParameter("pageSize", "4"))
	require.NoError(t, err)
	assert.Len(t, first.JobMessages, 4)
	rest, err := w.jobs.Messages.List(project, region, j.Id).PageToken(first.NextPageToken).Do()
	require.NoError(t, err)
	assert.Len(t, rest.JobMessages, 7)
	later, err := w.jobs.Messages.List(project, region, j.Id).StartTime(time.Now().Add(time.Hour).Format(time.RFC3339)).Do()
	require.NoError(t, err)
	assert.Empty(t, later.JobMessages)
}

func TestFailures(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct{ name, script, says string }{
		{"traceback", `printf 'INFO:root:x\nTraceback (most recent call last):\n  File "main.py", line 1\n    boom()\nValueError: bad row\nwith two lines\n' >&2; exit 1`,
			"ValueError: bad row\nwith two lines\n(the program of the pipeline ended with exit code 1)"},
		{"usage", `echo "main.py: error: unrecognized arguments: --inptu" >&2; exit 2`, "main.py: error: unrecognized arguments: --inptu\n(the program of the pipeline ended with exit code 2)"},
		{"silent", "exit 3", "The program of the pipeline wrote nothing and ended with exit code 3"},
		{"killed", "echo x; kill -9 $$", "x\n(the program of the pipeline ended with signal: killed)"},
	} {
		j := w.run(test.name, test.script, api.LaunchFlexTemplateParameter{})
		assert.Equal(t, Failed, j.CurrentState, test.name)
		errs := w.messages(j.Id, Error)
		require.NotEmpty(t, errs, test.name)
		assert.Equal(t, test.says, errs[len(errs)-1], test.name)
	}
	j, err := w.start("no-image", api.LaunchFlexTemplateParameter{})
	require.NoError(t, err)
	w.wait(j.Id, Failed)
	assert.Equal(t, []string{"the job cannot be launched: the image is not in the local cloud"}, w.messages(j.Id, Error))
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name string
		p    api.LaunchFlexTemplateParameter
		code int
		says string
	}{
		{"Bad_Name", api.LaunchFlexTemplateParameter{}, 400, "job name"},
		{"x", api.LaunchFlexTemplateParameter{ContainerSpecGcsPath: "gs://b/absent.json"}, 404, "Unable to open template file: gs://b/absent.json: there is no such object"},
		{"x", api.LaunchFlexTemplateParameter{ContainerSpecGcsPath: "/tmp/x.json"}, 400, "gs://<bucket>/<object> is expected"},
		{"x", api.LaunchFlexTemplateParameter{ContainerSpecGcsPath: "gs://b/bad.json"}, 400, "the template is not JSON"},
		{"x", api.LaunchFlexTemplateParameter{ContainerSpecGcsPath: "gs://b/java.json"}, 400, `language "JAVA"`},
		{"x", api.LaunchFlexTemplateParameter{ContainerSpecGcsPath: "gs://b/x.json", Parameters: map[string]string{"inptu": "gs://b/x", "day": "x"}}, 400,
			"The template parameters are invalid. Details: \ninptu: Unrecognized parameter. Did you mean \"input\"?\ninput: Missing required parameter"},
		{"x", api.LaunchFlexTemplateParameter{ContainerSpecGcsPath: "gs://b/x.json", Parameters: map[string]string{"input": "/local"}}, 400,
			"input: Parameter didn't match regex 'gs://.+'"},
		{"x", api.LaunchFlexTemplateParameter{Update: true}, 400, "no active job"},
	} {
		_, err := w.start(test.name, test.p)
		var refused *googleapi.Error
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, test.code, refused.Code, test.says)
		assert.Contains(t, refused.Message, test.says)
	}
	_, err := w.jobs.Get(project, region, "none").Do()
	require.ErrorContains(t, err, "could not be found")
	checked, err := w.launch.Launch(project, region, &api.LaunchFlexTemplateRequest{ValidateOnly: true, LaunchParameter: &api.LaunchFlexTemplateParameter{JobName: "x", ContainerSpecGcsPath: "gs://b/open.json"}}).Do()
	require.NoError(t, err)
	assert.Empty(t, checked.Job.Id)
	all, err := w.jobs.List(project, region).Do()
	require.NoError(t, err)
	assert.Empty(t, all.Jobs)

	for _, body := range []string{`{"launchParameters": {}}`, `{"launchParameter": {"jobName": "x", "parameters": {"n": 1}}}`, `{}`, `[`} {
		r := httptest.NewRequest("POST", "/v1b3/projects/p/locations/l/flexTemplates:launch", strings.NewReader(body))
		answered := httptest.NewRecorder()
		w.service.ServeHTTP(answered, r)
		assert.Equal(t, 400, answered.Code, body)
		assert.Contains(t, answered.Body.String(), "INVALID_ARGUMENT", body)
	}
}

// A job and all that it started end when it is cancelled.
func TestCancel(t *testing.T) {
	w := newWorld(t)
	w.scripts["long"] = "sleep 600 & echo $! > " + filepath.Join(w.dir, "child") + "; wait"
	j, err := w.start("long", api.LaunchFlexTemplateParameter{})
	require.NoError(t, err)
	child := w.child()
	_, err = w.start("long", api.LaunchFlexTemplateParameter{})
	var refused *googleapi.Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, 409, refused.Code)
	active, err := w.jobs.List(project, region).Filter("ACTIVE").Name("long").Do()
	require.NoError(t, err)
	assert.Len(t, active.Jobs, 1)

	_, err = w.jobs.Update(project, region, j.Id, &api.Job{RequestedState: "JOB_STATE_RUNNING"}).Do()
	require.ErrorContains(t, err, "changes a job to")
	_, err = w.jobs.Update(project, region, j.Id, &api.Job{RequestedState: Cancelled}).Do()
	require.NoError(t, err)
	w.wait(j.Id, Cancelled)
	w.gone(child)
	assert.Equal(t, []string{"QUEUED", "RUNNING", "CANCELLING", "CANCELLED"}, w.statesOf("long"))
	_, err = w.jobs.Update(project, region, j.Id, &api.Job{RequestedState: Cancelled}).Do()
	require.ErrorContains(t, err, "has already terminated")
}

func (w *world) child() (pid int) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		text, err := os.ReadFile(filepath.Join(w.dir, "child"))
		pid, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil && pid > 0
	}, 30*time.Second, 5*time.Millisecond)
	require.NoError(w.t, os.Remove(filepath.Join(w.dir, "child")))
	return pid
}

// gone waits until a process has ended; a zombie, whose parent does not ask for it, has.
func (w *world) gone(pid int) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		if syscall.Kill(pid, 0) != nil {
			return true
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && strings.Contains(string(stat), ") Z ")
	}, 30*time.Second, 5*time.Millisecond)
}

func TestDrainAndUpdate(t *testing.T) {
	w := newWorld(t)
	wait := "sleep 600 & echo $! > " + filepath.Join(w.dir, "child") + "; wait"
	w.scripts["stream"] = wait
	first, err := w.start("stream", api.LaunchFlexTemplateParameter{})
	require.NoError(t, err)
	assert.Equal(t, "JOB_TYPE_STREAMING", first.Type)
	child := w.child()
	second, err := w.start("stream", api.LaunchFlexTemplateParameter{Update: true})
	require.NoError(t, err)
	w.gone(child)
	w.wait(first.Id, Updated)
	child = w.child()
	_, err = w.jobs.Update(project, region, second.Id, &api.Job{RequestedState: Drained}).Do()
	require.NoError(t, err)
	w.wait(second.Id, Drained)
	w.gone(child)

	w.scripts["batch"] = wait
	batch, err := w.start("batch", api.LaunchFlexTemplateParameter{ContainerSpecGcsPath: "gs://b/x.json", Parameters: map[string]string{"input": "gs://b/x"}})
	require.NoError(t, err)
	child = w.child()
	_, err = w.jobs.Update(project, region, batch.Id, &api.Job{RequestedState: Drained}).Do()
	require.ErrorContains(t, err, "only streaming jobs can")
	assert.Len(t, w.service.Running(), 1)

	// The end of the run is the end of its jobs.
	w.service.Close()
	w.gone(child)
	assert.Equal(t, Cancelled, w.wait(batch.Id, Cancelled).CurrentState)
	_, err = w.start("late", api.LaunchFlexTemplateParameter{})
	require.ErrorContains(t, err, "the run is ending")
}

// What a program leaves behind ends with it, and its lines come whole.
func TestLeftBehindAndLongLines(t *testing.T) {
	w := newWorld(t)
	j := w.run("left", "sleep 600 & echo $! > "+filepath.Join(w.dir, "child")+`; head -c 100000 /dev/zero | tr '\0' x; echo; printf 'bad \377 byte\n'`, api.LaunchFlexTemplateParameter{})
	assert.Equal(t, Done, j.CurrentState)
	w.gone(w.child())
	texts := w.messages(j.Id, Basic)
	assert.Len(t, texts, 3)
	assert.Len(t, strings.Join(texts[:2], ""), 100000)
	assert.Equal(t, "bad � byte", texts[2])
}

func TestManyMessages(t *testing.T) {
	w := newWorld(t)
	j := w.run("chatty", "seq 1 12000", api.LaunchFlexTemplateParameter{})
	texts := w.messages(j.Id, Basic)
	assert.LessOrEqual(t, len(texts), maxMessages)
	assert.Equal(t, "12000", texts[len(texts)-1])
}
