package engine

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/display"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Plan finds what Apply would do and changes nothing. Result.Plan can be saved.
func (e *Engine) Plan(ctx context.Context, s Stack, o Options) (*Result, error) {
	result, plan, opened, err := e.preview(ctx, s, apitype.PreviewUpdate, o,
		func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			opts.GeneratePlan = true
			return pulumiengine.Update(u, c, opts, true)
		})
	if err != nil {
		return result, err
	}
	result.Plan, err = newSavedPlan(s, opened.checkpoint.Serial, plan, opened.secrets)
	return result, err
}

// PlanDestroy finds what Destroy would do and changes nothing.
func (e *Engine) PlanDestroy(ctx context.Context, s Stack, o Options) (*Result, error) {
	result, _, _, err := e.preview(ctx, s, apitype.DestroyUpdate, o,
		func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			return pulumiengine.Destroy(u, c, opts, true)
		})
	return result, err
}

// Apply makes what the program describes. With a saved plan it does exactly
// that, or refuses with a StaleError.
func (e *Engine) Apply(ctx context.Context, s Stack, o Options) (*Result, error) {
	return e.change(ctx, s, apitype.UpdateUpdate, o,
		func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			if err := e.constrain(ctx, o.Plan, &opts); err != nil {
				return nil, nil, err
			}
			return pulumiengine.Update(u, c, opts, false)
		})
}

// Refresh reads every resource from its provider and records what it finds.
func (e *Engine) Refresh(ctx context.Context, s Stack, o Options) (*Result, error) {
	return e.change(ctx, s, apitype.RefreshUpdate, o,
		func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			return pulumiengine.Refresh(u, c, opts, false)
		})
}

// Destroy deletes every resource of the stack, or those of Options.Targets.
func (e *Engine) Destroy(ctx context.Context, s Stack, o Options) (*Result, error) {
	return e.change(ctx, s, apitype.DestroyUpdate, o,
		func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			return pulumiengine.Destroy(u, c, opts, false)
		})
}

// Import takes resources that exist into the stack's state.
func (e *Engine) Import(ctx context.Context, s Stack, imports []deploy.Import, o Options) (*Result, error) {
	return e.change(ctx, s, apitype.ResourceImportUpdate, o,
		func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			return pulumiengine.Import(u, c, opts, imports, false)
		})
}
