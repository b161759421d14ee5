package stack

import (
	"context"
	"fmt"
	"strings"

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

// Runner runs pipelines of the local cloud. The cloud target is refused: there
// the pipeline runs in AWS.
func (p *Project) Runner(o RunnerOptions) (*run.Runner, error) {
	if p.Settings.Target != settings.TargetLocal {
		return nil, problem.Problem{
			Resource: "target " + string(p.Settings.Target),
			Summary:  "dorc runs pipelines on the local target only",
			Hint:     "start the state machine in AWS, or set DORC_TARGET=local",
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

// StateMachine is the ARN of an applied pipeline's state machine.
func (p *Project) StateMachine(ctx context.Context, r Ref) (string, error) {
	outputs, err := p.Outputs(ctx, r)
	if err != nil {
		return "", err
	}
	if len(outputs) == 0 {
		return "", notApplied(r)
	}
	arn, ok := outputs["state_machine_arn"]
	if !ok || !arn.IsString() {
		return "", problem.Problem{
			Resource: "stack " + r.Name(),
			Summary:  "it has no output state_machine_arn, so dorc does not know what to run",
			Hint:     fmt.Sprintf("a program of its own must export it; else apply it again: dorc apply %s", r.Command()),
		}
	}
	return arn.StringValue(), nil
}

// StateMachineName is the name of a pipeline's state machine. Runs are kept when
// the pipeline is destroyed, so it need not be applied.
func (p *Project) StateMachineName(ctx context.Context, r Ref) (string, error) {
	arn, err := p.StateMachine(ctx, r)
	if err == nil {
		return arn[strings.LastIndexByte(arn, ':')+1:], nil
	}
	u, universalErr := p.Universal()
	if universalErr != nil {
		return "", err
	}
	return naming.Names{
		Project: u.Project, Environment: r.Env, Account: p.Settings.AWSAccount,
	}.StateMachine(r.Layer, r.Pipeline)
}
