package stack

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// The outputs that say where an environment's Airflow and a pipeline's DAG are.
const (
	composerOutput       = "composer_environment"
	composerBucketOutput = "composer_bucket"
	composerImageOutput  = "composer_image_version"
	dagIDOutput          = "dag_id"
	dagPathOutput        = "dag_path"
)

// texts are the outputs of a stack that are texts.
func (p *Project) texts(ctx context.Context, r Ref) (map[string]string, error) {
	outputs, err := p.Outputs(ctx, r)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for name, value := range outputs {
		if value.IsString() {
			out[string(name)] = value.StringValue()
		}
	}
	return out, nil
}

// RunnableDAG is the applied DAG of a pipeline; ok is false for a pipeline of another kind.
func (p *Project) RunnableDAG(ctx context.Context, r Ref) (d run.DAG, ok bool, err error) {
	own, err := p.texts(ctx, r)
	if err != nil || own[dagIDOutput] == "" {
		return run.DAG{}, false, err
	}
	composer, _, err := p.composer(ctx, r.Env)
	if err != nil {
		return run.DAG{}, false, err
	}
	bucket, folder, _ := strings.Cut(strings.TrimPrefix(own[dagPathOutput], "gs://"), "/")
	return run.DAG{ID: own[dagIDOutput], Composer: composer, Bucket: bucket, Folder: folder}, true, nil
}

// composer is the applied Composer environment of an environment, and its bucket.
func (p *Project) composer(ctx context.Context, env string) (name, bucket string, err error) {
	r := p.infraRef(env)
	outputs, err := p.texts(ctx, r)
	if err != nil {
		return "", "", err
	}
	if len(outputs) == 0 {
		return "", "", notApplied(r)
	}
	if outputs[composerOutput] == "" {
		return "", "", problem.Problem{
			Resource: "stack " + r.Name(), Summary: "the environment has no Composer, so it has no Airflow",
			Hint: "add a block gcp.composer to infra/Pulumi." + env + ".yaml and apply: dorc apply " + r.Command(),
		}
	}
	return outputs[composerOutput], outputs[composerBucketOutput], nil
}

// Airflow is the local Airflow of an applied environment. The cloud target is
// refused: there Composer serves Airflow's pages.
func (p *Project) Airflow(ctx context.Context, env string) (run.AirflowServer, error) {
	if p.Settings.Target != settings.TargetLocal {
		return run.AirflowServer{}, problem.Problem{
			Resource: "target " + string(p.Settings.Target), Summary: "dorc serves Airflow on the local target only",
			Hint: "the output composer_airflow_uri of the environment is where Composer serves it: dorc outputs " + p.Settings.InfraStackName + " --env " + env,
		}
	}
	if err := p.checkEnvironment(env, p.Settings.InfraStackName); err != nil {
		return run.AirflowServer{}, err
	}
	name, bucket, err := p.composer(ctx, env)
	if err != nil {
		return run.AirflowServer{}, err
	}
	home, err := p.AirflowHome(env)
	if err != nil {
		return run.AirflowServer{}, err
	}
	return run.AirflowServer{Composer: name, Bucket: bucket, Home: home, Tools: p.AirflowTools()}, nil
}

// AirflowHome is the folder of an environment's local Airflow, in the local cloud's.
func (p *Project) AirflowHome(env string) (string, error) {
	store, err := p.Cloud()
	if err != nil {
		return "", err
	}
	return filepath.Abs(filepath.Join(store.Layout().Dir, "airflow", env))
}
