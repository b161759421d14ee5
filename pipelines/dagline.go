package pipelines

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// sameAirflow refuses files for another Airflow than runs in the environment: the
// configuration may have the image of an upgrade that is still to be applied. A plan
// only warns, since the environment's own apply may come before the pipeline's.
func (b *builder) sameAirflow(google *config.Google, image string) error {
	if image == "" {
		return nil
	}
	line, err := airflow.LineOf(image)
	if err != nil && b.ctx.DryRun() {
		return nil // a check without stacks has a stand-in for every output
	}
	if err != nil || line == google.Composer.Image.Line {
		return err
	}
	env := b.args.Environment.Environment
	p := problem.Problem{
		Resource: "pipeline " + b.args.Pipeline.ID(),
		Summary:  fmt.Sprintf("the environment %s runs Airflow %s, and its configuration has an image with Airflow %s", env, line, google.Composer.Image.Line),
		Detail:   fmt.Sprintf("%s is applied, %s is configured; files for one do not run on the other", image, google.Composer.Image.Version),
		Hint:     "Apply the environment first: make infra/apply instance=infra env=" + env,
	}
	if b.ctx.DryRun() {
		return b.ctx.Log.Warn(p.Error(), nil)
	}
	return p
}
