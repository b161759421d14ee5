package stack

import (
	"context"
	"fmt"
	"slices"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// ready says why an environment cannot take DAGs of a line now: its Composer is being
// changed, or runs another Airflow. On the cloud target Composer itself is asked, also
// for an environment that someone else made: neither the configuration nor the state
// know what runs there.
func (p *Project) ready(ctx context.Context, env, line string) error {
	image, err := p.runningImage(ctx, env)
	if err != nil || image == "" {
		return err
	}
	runs, err := airflow.LineOf(image)
	if err != nil || runs == line {
		return err
	}
	return p.otherAirflow(env, image, runs, line)
}

// runningImage is the image of an environment's Composer, or "" when that is not told.
// One that takes no DAGs now is an error.
func (p *Project) runningImage(ctx context.Context, env string) (string, error) {
	if p.Settings.Target == settings.TargetLocal {
		// In the local cloud nothing is ever under way, and nobody else changes an environment.
		outputs, err := p.texts(ctx, p.infraRef(env))
		return outputs[composerImageOutput], err
	}
	_, google, ok, err := p.dagOptions(env)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", noComposer(p.Settings.Relative(p.infraConfigPath(env)), env)
	}
	client, err := p.google(ctx)
	if err != nil {
		return "", err
	}
	found, err := client.Environment(ctx, google.ProjectID, google.Region, google.Composer.Name)
	if err != nil {
		return "", err
	}
	return found.Image, found.Ready()
}

func (p *Project) otherAirflow(env, image, runs, line string) error {
	_, google, ok, err := p.dagOptions(env)
	if err != nil {
		return err
	}
	file, infra := p.Settings.Relative(p.infraConfigPath(env)), p.infraRef(env).Command()
	hint := fmt.Sprintf("Write what runs there into %s, gcp.composer.image_version: %s, and ", file, image)
	lines := airflow.Lines()
	switch {
	case ok && google.Composer.Existing != "":
		hint += "apply: dorc apply " + infra + "; or have the environment upgraded by who manages it."
	case slices.Index(lines, runs) < slices.Index(lines, line):
		hint = "Upgrade the environment first: dorc apply " + infra + " --only"
	default:
		hint += "let the state know of it: dorc refresh " + infra
	}
	return problem.Problem{
		Resource: "environment " + env, Summary: fmt.Sprintf("its Composer runs Airflow %s, and the DAGs are compiled for Airflow %s", runs, line),
		Detail: "it has the image " + image + "; nothing was deployed", Hint: hint,
	}
}
