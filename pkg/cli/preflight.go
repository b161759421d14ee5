package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/stack"
)

// preflight is the look at the cloud target before an engine's operation. What
// is missing is one error; warnings are said once. Destroying and refreshing need
// no network. On both targets the packages of an environment that is planned or
// applied must go with its image, and an image that dorc knows in part is warned of.
func (a *app) preflight(ctx context.Context, p *stack.Project, verb string, ref stack.Ref) error {
	var environments []string
	if verb != "destroy" && verb != "refresh" && ref.Env != "" {
		environments = []string{ref.Env}
	}
	found, err := p.Preflight(ctx, verb == "plan", environments...)
	for _, f := range found {
		if f.Level == stack.FindingWarning {
			a.warn(f)
		}
	}
	if err != nil || ref.Kind != stack.KindInfra || verb != "plan" && verb != "apply" {
		return err
	}
	if notice := p.ComposerNotice(ref.Env); notice != nil {
		a.warn(*notice)
	}
	warning, err := p.CheckPackages(ctx, ref.Env)
	if warning != nil {
		a.warn(*warning)
	}
	return err
}

// warn says a warning once.
func (a *app) warn(f stack.Finding) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.warned == nil {
		a.warned = map[string]bool{}
	}
	text := f.Problem().Error()
	if a.warned[text] {
		return
	}
	a.warned[text] = true
	if a.json {
		_ = json.NewEncoder(a.stdout).Encode(f) //nolint:errcheck // an output that is gone has nobody to tell
		return
	}
	fmt.Fprintln(a.stderr, "warning: "+text)
}

// whyNot prefers what is missing of the target to an error that follows from it.
func (a *app) whyNot(ctx context.Context, p *stack.Project, err error) error {
	if missing := a.preflight(ctx, p, "plan", stack.Ref{}); missing != nil {
		return missing
	}
	return err
}
