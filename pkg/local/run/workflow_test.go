package run

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/beamtest"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/workflows/launch"
)

const gproject, gregion = "exampledorc-data", "europe-west2"

// workflow applies a workflow of a definition.
func (w *world) workflow(name, definition string) string {
	w.t.Helper()
	id := workflowID(gproject, gregion, name)
	w.create(typeWorkflow, id, map[string]any{"name": name, "project": gproject, "region": gregion, "sourceContents": definition, "serviceAccount": "w@x",
		"userEnvVars": map[string]any{"STAGE": "test"}})
	return id
}

func (w *world) googleBucket(name string) {
	w.t.Helper()
	w.create(typeGoogleBucket, name, map[string]any{"name": name, "location": "EUROPE-WEST2"})
	require.NoError(w.t, os.MkdirAll(w.store.Layout().Bucket(name), 0o755))
}

// write puts a file into a bucket as a person would.
func (w *world) write(bucket, key, content string) {
	w.t.Helper()
	file := filepath.Join(w.store.Layout().Bucket(bucket), filepath.FromSlash(key))
	require.NoError(w.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(w.t, os.WriteFile(file, []byte(content), 0o600))
}

func (w *world) read(bucket, key string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.store.Layout().Bucket(bucket), filepath.FromSlash(key)))
	require.NoError(w.t, err)
	return string(data)
}

const repository = "exampledorc-data/exampledorc/raw-flights"

// template is an image with a main program, as pkg/image makes it for the local cloud.
func templateImage(t *testing.T, files map[string]string) v1.Image {
	t.Helper()
	image := thin(t, map[string]string{labelCode: "/template", labelMain: "/template/main.py", "dev.dorc.python": "3.12"}, below("template", files))
	config, err := image.ConfigFile()
	require.NoError(t, err)
	config = config.DeepCopy()
	config.Config.Env = []string{mainVariable + "=/template/main.py", "OF_IMAGE=yes", "PATH=/usr/local/bin"}
	image, err = mutate.ConfigFile(image, config)
	require.NoError(t, err)
	return image
}

// dataflow applies a pipeline of kind dataflow: its image, its template and the workflow that dorc writes for it.
func (w *world) dataflow(main string, change func(*launch.Options, *flextemplate.Template)) string {
	w.t.Helper()
	w.googleBucket("env")
	digest := w.pushImage(repository, templateImage(w.t, map[string]string{"main.py": main, "beside.txt": "beside"}))
	t := flextemplate.Template{Image: gregion + "-docker.pkg.dev/" + repository + "@" + digest, SDK: flextemplate.SDK{Language: flextemplate.Python},
		Metadata: flextemplate.Described("flights", "", false, flextemplate.Parameter{Name: "input", IsOptional: true}, flextemplate.Parameter{Name: "output", IsOptional: true})}
	o := launch.Options{Pipeline: "raw/flights", Project: gproject, Region: gregion, Template: "gs://env/templates/raw/flights.json", Job: "flights", PollingSeconds: 180,
		Environment: flextemplate.Environment{TempLocation: "gs://env/temp", NumWorkers: 1, SDKContainerImage: "worker"}}
	if change != nil {
		change(&o, &t)
	}
	data, err := t.JSON()
	require.NoError(w.t, err)
	w.write("env", "templates/raw/flights.json", string(data))
	definition, err := launch.Write(o)
	require.NoError(w.t, err)
	return w.workflow("raw-flights", string(definition))
}

func outputOf(t *testing.T, e *Execution) map[string]any {
	t.Helper()
	var out map[string]any
	require.NoError(t, json.Unmarshal(e.Output, &out), "%s: %s", e.Error, e.Cause)
	return out
}

// Real Beam, through the workflow that dorc generates: files of buckets in and out.
func TestBeamJob(t *testing.T) {
	interpreter := beamtest.Python(t)
	w := newWorldWith(t, Options{Python: interpreter})
	w.googleBucket("raw")
	w.write("raw", "words/a.txt", "one two\n")
	w.write("raw", "words/b.txt", "two\n")
	id := w.dataflow(`import argparse, logging
import apache_beam as beam
from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions
parser = argparse.ArgumentParser()
parser.add_argument("--input", required=True)
parser.add_argument("--output", required=True)
args, rest = parser.parse_known_args()
options = PipelineOptions(rest)
assert options.view_as(GoogleCloudOptions).temp_location == "gs://env/temp"
logging.getLogger().setLevel(logging.INFO)
with beam.Pipeline(options=options) as p:
    (p | beam.io.ReadFromText(args.input) | beam.FlatMap(str.split) | beam.combiners.Count.PerElement()
     | beam.MapTuple("{},{}".format) | beam.io.WriteToText(args.output, num_shards=1, shard_name_template=""))
logging.info("all is written")
`, func(o *launch.Options, _ *flextemplate.Template) {
		o.Parameters = map[string]any{"input": "gs://raw/words/*.txt", "output": "gs://raw/counts/none"}
	})
	e := w.run(t.Context(), id, `{"output": "gs://raw/counts/words.csv"}`)
	assert.Equal(t, Succeeded, e.Status, e.Cause)
	out := outputOf(t, e)
	assert.Equal(t, "JOB_STATE_DONE", out["state"])
	assert.Regexp(t, `^flights-\d{8}t\d{6}-[0-9a-f]{8}$`, out["job_name"])
	assert.ElementsMatch(t, []string{"one,1", "two,2"}, strings.Fields(w.read("raw", "counts/words.csv")))
	assert.Contains(t, w.logText(), "INFO:root:all is written")
	created := w.of(ObjectCreated)
	require.Len(t, created, 1, "what Beam writes on its way is not told")
	assert.Equal(t, "counts/words.csv", created[0].Key)
	var states []string
	for _, s := range w.of(JobState) {
		states = append(states, s.Message)
	}
	assert.Equal(t, []string{"RUNNING", "DONE"}, states)
	assert.Less(t, e.Ended.Sub(e.Started), 150*time.Second, "nobody slept for the polling interval of 180 seconds")

	// The run is kept with the lines of its job.
	kept, err := w.runner.Runs(t.Context(), Filter{StateMachines: []string{"raw-flights"}})
	require.NoError(t, err)
	require.Len(t, kept, 1)
	var again []string
	require.NoError(t, w.runner.Logs(t.Context(), kept[0].ID, func(e Event) { again = append(again, string(e.Kind)) }))
	assert.Contains(t, again, string(JobLaunched))
	logs, err := filepath.Glob(filepath.Join(w.store.Layout().Runs(), e.ID, "logs", "flights-*.log"))
	require.NoError(t, err)
	assert.Len(t, logs, 1)

	// A bucket that was not applied: Beam's own message comes up.
	w.events = nil
	e = w.run(t.Context(), id, `{"output": "gs://absent/counts"}`)
	assert.Equal(t, Failed, e.Status)
	assert.Contains(t, e.Cause, "ended as JOB_STATE_FAILED")
	assert.Contains(t, e.Cause, "The bucket absent does not exist on the local target")
}

// plain is a main program that needs no Beam: what is tested is around it.
const plain = `import os, sys
options = dict(a[2:].split("=", 1) for a in sys.argv[1:] if "=" in a)
print("reading", options.get("input"), open("beside.txt").read(), os.environ["OF_IMAGE"], os.environ.get("SECRET_OF_THE_USER", "none"), sys.argv[-1])
if options.get("input") == "bad":
    raise ValueError("no such day")
`

func TestJobs(t *testing.T) {
	t.Setenv("SECRET_OF_THE_USER", "do not pass on")
	w := newWorld(t)
	id := w.dataflow(plain, nil)
	started := time.Now()
	e := w.run(t.Context(), id, `{"input": "x"}`)
	require.Equal(t, Succeeded, e.Status, e.Cause)
	assert.Contains(t, w.logText(), "reading x beside yes none --runner=DirectRunner")
	assert.Less(t, time.Since(started), 150*time.Second)
	left, err := filepath.Glob(filepath.Join(w.store.Layout().Cache("tmp"), "job-*"))
	require.NoError(t, err)
	assert.Empty(t, left)

	tests := []struct {
		name, input, says string
		change            func(*launch.Options, *flextemplate.Template)
	}{
		{"failure", `{"input": "bad"}`, "ended as JOB_STATE_FAILED\nValueError: no such day\n(the program of the pipeline ended with exit code 1)", nil},
		{"unknown parameter", `{"inptu": "x"}`, "Dataflow refused the launch, The template parameters are invalid. Details: \ninptu: Unrecognized parameter. Did you mean \"input\"?", nil},
		{"no template", `{"containerSpecGcsPath": "gs://env/none.json"}`, "Unable to open template file: gs://env/none.json: the object does not exist", nil},
		{"no image", `{}`, "its image cannot be used", func(_ *launch.Options, t *flextemplate.Template) {
			t.Image = gregion + "-docker.pkg.dev/exampledorc-data/exampledorc/absent@sha256:" + strings.Repeat("0", 64)
		}},
		{"no digest", `{}`, "it has no image that can be run", func(_ *launch.Options, t *flextemplate.Template) { t.Image = "gcr.io/x/y:latest" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			e := w.run(t.Context(), w.dataflow(plain, test.change), test.input)
			assert.Equal(t, Failed, e.Status)
			assert.Contains(t, e.Cause, test.says)
			assert.NotEmpty(t, e.Error)
			require.NotEmpty(t, w.of(StateFailed))
		})
	}
}

// A requirement that no package index has: the image's packages are for another system, so they are installed here.
func TestJobRequirementDoesNotExist(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	id := w.dataflow(plain, func(_ *launch.Options, template *flextemplate.Template) {
		image := thin(t, map[string]string{labelCode: "/template", labelMain: "/template/main.py", "dev.dorc.python": "3.12", "dev.dorc.site-packages": "/usr/lib/python3.12/site-packages"},
			below("template", map[string]string{"main.py": plain}), below("usr/lib/python3.12/site-packages", map[string]string{
				"dorc_no_such_package-9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: dorc-no-such-package\nVersion: 9.9\n", "dorc_no_such_package/fast.cpython-399-mars.so": "",
			}))
		config, err := image.ConfigFile()
		require.NoError(t, err)
		config = config.DeepCopy()
		config.Architecture = "arm64"
		image, err = mutate.ConfigFile(image, config)
		require.NoError(t, err)
		template.Image = gregion + "-docker.pkg.dev/" + repository + "@" + w.pushImage(repository, image)
	})
	e := w.run(t.Context(), id, `{}`)
	assert.Equal(t, Failed, e.Status)
	assert.Contains(t, e.Cause, "the packages of the image cannot be installed for it")
	assert.Contains(t, e.Cause, "dorc-no-such-package")
	assert.NotContains(t, e.Cause, "--container")
}

// Ctrl-C ends the job and all that it started.
func TestJobIsCancelled(t *testing.T) {
	w := newWorld(t)
	id := w.dataflow(`import subprocess, time
child = subprocess.Popen(["sleep", "600"])
print("child", child.pid, flush=True)
time.sleep(600)
`, nil)
	ctx, cancel := context.WithCancel(t.Context())
	pid := 0
	e, err := w.runner.Run(ctx, id, nil, func(e Event) {
		w.hear(e)
		if text, ok := strings.CutPrefix(e.Message, "child "); ok && e.Kind == Log {
			pid, _ = strconv.Atoi(text)
			cancel()
		}
	})
	require.NoError(t, err)
	assert.Equal(t, Aborted, e.Status)
	require.NotZero(t, pid)
	assert.Eventually(t, func() bool {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return syscall.Kill(pid, 0) != nil || err == nil && strings.Contains(string(stat), ") Z ")
	}, 20*time.Second, 10*time.Millisecond)
	left, err := filepath.Glob(filepath.Join(w.store.Layout().Cache("tmp"), "job-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// A streaming job goes on when its workflow has ended, until it is stopped.
func TestStreamingJobGoesOn(t *testing.T) {
	w := newWorld(t)
	id := w.dataflow("import time\nprint('streaming', flush=True)\ntime.sleep(600)\n", func(o *launch.Options, template *flextemplate.Template) {
		o.Streaming, template.Metadata.Streaming = true, true
	})
	ctx, cancel := context.WithCancel(t.Context())
	e, err := w.runner.Run(ctx, id, nil, func(e Event) {
		w.hear(e)
		if e.Kind == Following {
			cancel()
		}
	})
	require.NoError(t, err)
	assert.Equal(t, Succeeded, e.Status, e.Cause)
	assert.Equal(t, "JOB_STATE_RUNNING", outputOf(t, e)["state"])
	require.Len(t, w.of(Following), 1)
}

const beamYAML = `pipeline:
  type: chain
  transforms:
    - type: ReadFromCsv
      config: {path: "{{ input }}"}
    - type: %s
      config: {table: x}
`

// What the local cloud has no service for is refused by its name, before Beam starts.
func TestBeamYAMLThatCannotRun(t *testing.T) {
	for kind, says := range map[string]string{"WriteToBigQuery": "WriteToBigQuery (BigQuery)", "ReadFromPubSub": "ReadFromPubSub (Pub/Sub)", "WriteToPostgres": "WriteToPostgres"} {
		w := newWorld(t)
		if kind == "WriteToPostgres" {
			t.Setenv("PATH", w.pathWithoutJava())
		}
		w.googleBucket("configs")
		w.write("configs", "p.yaml", strings.Replace(beamYAML, "%s", kind, 1))
		id := w.dataflow("", func(o *launch.Options, template *flextemplate.Template) {
			image := thin(t, map[string]string{labelCode: "/template", labelMain: "/template/" + yamlMain}, below("template", map[string]string{yamlMain: plain}))
			template.Image = gregion + "-docker.pkg.dev/" + repository + "@" + w.pushImage(repository, image)
			template.Metadata = flextemplate.Metadata{Name: "x"}
			o.YAML = "gs://configs/p.yaml"
		})
		e := w.run(t.Context(), id, `{"input": "x"}`)
		assert.Equal(t, Failed, e.Status)
		assert.Contains(t, e.Cause, says)
	}
}

// pathWithoutJava is a folder with the programs that a run needs and no java.
func (w *world) pathWithoutJava() string {
	return w.t.TempDir()
}

func TestWorkflowCallsTheLocalCloud(t *testing.T) {
	w := newWorld(t)
	w.googleBucket("data")
	w.write("data", "in.txt", "hello")
	w.create(typeSecretVersion, "projects/"+gproject+"/secrets/pw/versions/1", map[string]any{"secret": "projects/" + gproject + "/secrets/pw", "secretData": "old", "enabled": true})
	w.create(typeSecretVersion, "projects/123456789/secrets/pw/versions/10", map[string]any{"secret": "projects/" + gproject + "/secrets/pw", "secretData": "s3cret", "enabled": true})
	w.workflow("child", `main:
  params: [args]
  steps:
    - fails:
        switch:
          - condition: ${args.n < 0}
            raise: "no negative numbers"
    - done: {return: "${args.n + 1}"}
`)
	id := w.workflow("parent", `main:
  params: [args]
  steps:
    - read:
        call: http.get
        args: {url: "https://storage.googleapis.com/storage/v1/b/data/o/in.txt?alt=media", auth: {type: OAuth2}}
        result: object
    - secret:
        call: http.get
        args: {url: "https://secretmanager.googleapis.com/v1/projects/exampledorc-data/secrets/pw/versions/latest:access", auth: {type: OAuth2}}
        result: secret
    - same_secret:
        call: googleapis.secretmanager.v1.projects.secrets.versions.accessString
        args: {secret_id: pw, version: "1", project_id: exampledorc-data}
        result: old
    - child:
        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run
        args: {workflow_id: child, argument: {n: 41}}
        result: answer
    - start:
        call: http.post
        args:
          url: https://workflowexecutions.googleapis.com/v1/projects/exampledorc-data/locations/europe-west2/workflows/child/executions
          auth: {type: OAuth2}
          body: {argument: "${json.encode_to_string(args)}"}
        result: started
    - look:
        call: http.get
        args: {url: "${\"https://workflowexecutions.googleapis.com/v1/\" + started.body.name}", auth: {type: OAuth2}}
        result: execution
    - is_it:
        switch:
          - condition: ${execution.body.state != "ACTIVE"}
            next: done
    - wait:
        call: sys.sleep
        args: {seconds: 3600}
        next: look
    - done:
        return:
          object: ${text.decode(object.body)}
          secret: ${text.decode(base64.decode(secret.body.payload.data))}
          old: ${old}
          answer: ${answer}
          state: ${execution.body.state}
          error: ${default(map.get(execution.body, "error"), null)}
          stage: ${sys.get_env("STAGE")}
`)
	e := w.run(t.Context(), id, `{"n": -1}`)
	require.Equal(t, Succeeded, e.Status, "%s %s", e.Error, e.Cause)
	out := outputOf(t, e)
	assert.Equal(t, "hello", out["object"])
	assert.Equal(t, "s3cret", out["secret"])
	assert.Equal(t, "old", out["old"])
	assert.InDelta(t, 42, out["answer"], 0)
	assert.Equal(t, "FAILED", out["state"])
	assert.Contains(t, out["error"].(map[string]any)["payload"], "no negative numbers")
	assert.Equal(t, "test", out["stage"])
	assert.Len(t, e.Children, 2)
	child, err := w.runner.Execution(e.Children[0])
	require.NoError(t, err)
	assert.Equal(t, e.ID, child.Parent)
	assert.Len(t, w.of(ChildFinished), 2)
}

func TestWorkflowRefusals(t *testing.T) {
	w := newWorld(t)
	w.workflow("forever", "main:\n  steps:\n    - again:\n        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n        args: {workflow_id: forever}\n")
	call := func(url string) string {
		return "main:\n  steps:\n    - ask:\n        call: http.get\n        args: {url: \"" + url + "\", auth: {type: OAuth2}}\n"
	}
	for name, test := range map[string]struct{ definition, says string }{
		"bigquery":  {call("https://bigquery.googleapis.com/bigquery/v2/projects/x/queries"), "the local cloud has no BigQuery. Run this pipeline on the cloud target"},
		"vision":    {call("https://vision.googleapis.com/v1/images"), "the local cloud has no service vision.googleapis.com"},
		"secret":    {call("https://secretmanager.googleapis.com/v1/projects/x/secrets/none/versions/1:access"), "it is not applied to the local target"},
		"workflow":  {call("https://workflowexecutions.googleapis.com/v1/projects/x/locations/y/workflows/z/executions/1"), "executions of other runs are not seen here"},
		"connector": {"main:\n  steps:\n    - ask:\n        call: googleapis.bigquery.v2.jobs.query\n        args: {projectId: x}\n", "the connector googleapis.bigquery.v2.jobs.query cannot be run here"},
		"absent":    {"main:\n  steps:\n    - ask:\n        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n        args: {workflow_id: forevr}\n", "the nearest that is applied is projects/exampledorc-data/locations/europe-west2/workflows/forever"},
	} {
		e := w.run(t.Context(), w.workflow(name, test.definition), `{}`)
		assert.Equal(t, Failed, e.Status, name)
		assert.Contains(t, e.Cause, test.says, name)
	}
	e := w.run(t.Context(), workflowID(gproject, gregion, "forever"), `{}`)
	assert.Equal(t, Failed, e.Status)
	assert.Contains(t, e.Cause, "executions started each other")

	_, err := w.runner.Run(t.Context(), workflowID(gproject, gregion, "none"), nil, nil)
	require.ErrorContains(t, err, "it is not applied to the local target")
	_, err = w.runner.Run(t.Context(), w.workflow("broken", "main:\n  steps:\n    - a: {next: b}\n"), nil, nil)
	require.ErrorContains(t, err, "b")
	_, err = w.runner.Run(t.Context(), workflowID(gproject, gregion, "forever"), []byte(strings.Repeat("1", maxArgument+1)), nil)
	require.ErrorContains(t, err, "32768")
}

// A sleep that waits for nothing is as long as it says.
func TestPollsSleep(t *testing.T) {
	p := newPolls()
	ctx := t.Context()
	before := time.Now()
	p.become("job 1", "RUNNING")
	require.NoError(t, p.sleep(ctx, 30*time.Millisecond))
	assert.GreaterOrEqual(t, time.Since(before), 30*time.Millisecond, "nobody looked at the job")
	p.look("job 1", "RUNNING")
	done := make(chan error)
	go func() { done <- p.sleep(ctx, time.Hour) }()
	p.become("job 1", "DONE")
	require.NoError(t, <-done)
	require.NoError(t, p.sleep(ctx, time.Hour), "it has news until someone looks")
	p.look("job 1", "DONE")
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, p.sleep(cancelled, time.Hour), context.Canceled)
}

var _ Documents = (*cloud.Store)(nil)
