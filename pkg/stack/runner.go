package stack

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// RunnerOptions say what the functions of a pipeline run on.
type RunnerOptions struct {
	// Python is an interpreter's path; "" is found.
	Python string
	// Container runs them in containers of docker or podman instead.
	Container bool
}

// Runner runs pipelines of the local cloud, and has the runs that it keeps. The
// cloud target is refused: there pipelines run in the cloud.
func (p *Project) Runner(o RunnerOptions) (*run.Runner, error) {
	if p.Settings.Target != settings.TargetLocal {
		return nil, problem.Problem{
			Resource: "target " + string(p.Settings.Target),
			Summary:  "dorc keeps runs of the local target only",
			Hint:     "AWS's and Google's consoles have those in the cloud, and `dorc dataflow logs` the messages of a Dataflow job; or set DORC_TARGET=local",
		}
	}
	store, err := p.Cloud()
	if err != nil {
		return nil, err
	}
	return run.New(store, run.Options{
		Account: p.Settings.AWSAccount, Region: p.Region(), Python: o.Python, Container: o.Container,
		Complete: p.completeImage, Cache: p.Settings.CacheDir,
	})
}

// Runnable is what runs an applied pipeline: the ARN of its state machine, or the whole name of its workflow.
func (p *Project) Runnable(ctx context.Context, r Ref) (string, error) {
	outputs, err := p.Outputs(ctx, r)
	if err != nil {
		return "", err
	}
	if len(outputs) == 0 {
		return "", notApplied(r)
	}
	for _, name := range []string{"state_machine_arn", "workflow_id"} {
		if id, ok := outputs[resource.PropertyKey(name)]; ok && id.IsString() {
			return id.StringValue(), nil
		}
	}
	return "", problem.Problem{
		Resource: "stack " + r.Name(),
		Summary:  "it has no output state_machine_arn or workflow_id, so dorc does not know what to run",
		Hint:     fmt.Sprintf("a program of its own must export one; else apply it again: dorc apply %s", r.Command()),
	}
}

// RunNames are the names by which a pipeline's runs are kept: those of its state machine or workflow. Runs are kept when
// the pipeline is destroyed, so it need not be applied.
func (p *Project) RunNames(ctx context.Context, r Ref) ([]string, error) {
	id, err := p.Runnable(ctx, r)
	if err == nil {
		return []string{id[strings.LastIndexAny(id, ":/")+1:]}, nil
	}
	u, universalErr := p.Universal()
	if universalErr != nil {
		return nil, err
	}
	names := naming.Names{Project: u.Project, Environment: r.Env, Account: p.Settings.AWSAccount}
	machine, err := names.StateMachine(r.Layer, r.Pipeline)
	if err != nil {
		return nil, err
	}
	workflow, err := names.Workflow(r.Layer, r.Pipeline)
	if err != nil {
		return nil, err
	}
	return []string{machine, workflow}, nil
}
