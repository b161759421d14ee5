package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/local/run/asl"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// DAG is an applied pipeline of kind dag.
type DAG struct {
	// ID is the DAG's id, Composer the name of the environment that has it.
	ID, Composer string
	// Bucket and Folder are where its files are: <folder>/<id>.py and the SQL beside it.
	Bucket, Folder string
	// LogicalDate is the run's logical date in ISO 8601; "" is now.
	LogicalDate string
}

// Tools make what a DAG needs besides the local cloud.
type Tools struct {
	// Airflow makes the environment that has the Airflow of a Composer image. packages are
	// what Composer installs besides: names with extras and versions. Required.
	Airflow func(ctx context.Context, imageVersion string, packages map[string]string, say func(string)) (airflow.Python, error)
	// BigQuery makes the Python that the local BigQuery runs with. Required.
	BigQuery func(ctx context.Context, say func(string)) (python string, err error)
}

// RunDAG runs a DAG once, from its first task to its last, by Airflow. conf is the run's
// configuration, a JSON object such as {"full_refresh": true}. on hears of each event,
// one at a time. The execution is returned also when it failed or the context ended
// it; the error is for what kept it from starting.
func (r *Runner) RunDAG(ctx context.Context, d DAG, tools Tools, conf json.RawMessage, on func(Event)) (*Execution, error) {
	if len(conf) == 0 {
		conf = json.RawMessage("{}")
	}
	if value, err := asl.Decode(conf); err != nil {
		return nil, problem.Problem{Resource: "input", Summary: "the input is not JSON", Detail: err.Error()}
	} else if _, ok := value.(map[string]any); !ok {
		return nil, problem.Problem{Resource: "input", Summary: "the configuration of a DAG run is a JSON object", Hint: `write one, such as {"full_refresh": true}`}
	}
	if on == nil {
		on = func(Event) {}
	}
	environment, err := r.composer(d.Composer)
	if err != nil {
		return nil, err
	}
	g, err := r.startGoogle(ctx, environment, d.ID, conf, on)
	if err != nil {
		return nil, err
	}
	execution, err := g.run(ctx, d, tools, conf)
	return execution, errors.Join(err, g.close())
}

// composer finds an applied Composer environment.
func (r *Runner) composer(name string) (*cloud.Document, error) {
	all, err := r.documents.List(typeComposer)
	if err != nil {
		return nil, err
	}
	for _, doc := range all {
		if text(doc, "name") == name {
			return doc, nil
		}
	}
	return nil, problem.Problem{Resource: "Composer environment " + name, Summary: "it is not applied to the local target", Hint: "apply its environment first"}
}

// run runs the DAG and keeps how it ended.
func (g *google) run(ctx context.Context, d DAG, tools Tools, conf json.RawMessage) (*Execution, error) {
	var begun error
	status, name, cause := Succeeded, "", ""
	watch := &taskEvents{record: g.flow.root}
	switch err := g.test(ctx, d, tools, conf, watch); {
	case ctx.Err() != nil:
		status = Aborted
	case errors.Is(err, airflow.ErrFailed):
		status, name, cause = Failed, watch.failure(), watch.cause
	case err != nil:
		status, name, cause, begun = Failed, "Airflow", err.Error(), err
	}
	g.flow.follow(ctx, g.flow.root)
	g.flow.stop()
	err := g.flow.root.end(status, nil, name, cause)
	if begun != nil {
		return nil, errors.Join(begun, err)
	}
	return &g.flow.root.execution, err
}

// test makes everything ready and runs the DAG.
func (g *google) test(ctx context.Context, d DAG, tools Tools, conf json.RawMessage, watch *taskEvents) error {
	say := func(line string) { g.flow.root.preparing("Airflow", line) }
	python, err := tools.Airflow(ctx, g.imageVersion(), g.packages(), say)
	if err != nil {
		return err
	}
	if err := g.startBigQuery(ctx, tools); err != nil {
		return err
	}
	folder := filepath.Join(g.temporary, "dags")
	if err := g.deployed(d, folder); err != nil {
		return err
	}
	local, err := g.local()
	if err != nil {
		return err
	}
	run := airflow.Run{
		Python: python, Local: local, Folder: folder, DAG: d.ID, Conf: conf, LogicalDate: d.LogicalDate,
		Variables: table(g.environment, "config", "softwareConfig", "envVariables"),
		Overrides: table(g.environment, "config", "softwareConfig", "airflowConfigOverrides"),
		Cache:     g.flow.runner.options.Cache, Temporary: g.temporary,
	}
	return run.Test(ctx, say, watch.event)
}

// deployed copies what is deployed of a pipeline out of the bucket.
func (g *google) deployed(d DAG, folder string) error {
	prefix := strings.Trim(d.Folder, "/") + "/"
	keys, err := g.flow.store.Keys(d.Bucket, prefix)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		return problem.Problem{Resource: "DAG " + d.ID, Summary: "nothing of it is deployed", Detail: "gs://" + d.Bucket + "/" + prefix + " has no objects",
			Hint: "apply the pipeline, or deploy an artifact: dorc artifact deploy"}
	}
	for _, key := range keys {
		below, err := objects.Path(strings.TrimPrefix(key, prefix))
		if err != nil {
			return fmt.Errorf("gs://%s/%s: %w", d.Bucket, key, err)
		}
		if err := g.copyObject(d.Bucket, key, filepath.Join(folder, filepath.FromSlash(below))); err != nil {
			return err
		}
	}
	return nil
}

func (g *google) copyObject(bucket, key, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	_, in, err := g.flow.store.Open(bucket, key)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(target)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
