package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
)

type destroyOptions struct {
	*app
	instance  instanceFlags
	operation operationFlags
	only, yes bool
}

func newDestroy(a *app) *cobra.Command {
	o := &destroyOptions{app: a}
	cmd := &cobra.Command{
		Use:   "destroy <instance>",
		Short: "Delete everything that the instance made",
		Long: `destroy deletes what the instance made. An environment takes its pipelines with
it, those that use others first. A stack that others still use is refused.`,
		Example: `  dorc destroy infra --env dev
  dorc destroy universal`,
		Args: oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.instance.add(cmd)
	o.operation.add(cmd)
	cmd.Flags().BoolVar(&o.only, "only", false, "with infra: refuse when it still has pipelines")
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return cmd
}

func (o *destroyOptions) run(ctx context.Context, args []string) error {
	w, ref, err := o.newWorker(ctx, o.instance.applied, &o.operation, args)
	if err != nil {
		return err
	}
	p, e := w.project, w.engine
	applied, err := p.IsApplied(ctx, ref)
	if err != nil {
		return err
	}
	if !applied {
		// Destroying twice is no mistake: automation may repeat it.
		return o.say("%s is not applied: there is nothing to destroy", ref.Name())
	}
	levels, err := p.DestroyOrder(ctx, e, ref, o.only || o.operation.oneStack())
	if err != nil {
		return err
	}
	if err := w.mayDestroy(ctx, levels); err != nil {
		return err
	}
	if o.needsConsent(p, o.yes) {
		if err := w.mayAsk(); err != nil {
			return err
		}
		if err := o.ask(ctx, w, levels); err != nil {
			return err
		}
	}
	return w.inOrder(ctx, levels, false, e.Destroy)
}

// mayDestroy refuses levels with anything protected before the first is touched.
func (w *worker) mayDestroy(ctx context.Context, levels [][]stack.Ref) error {
	if len(w.options.Targets) > 0 {
		return nil
	}
	for _, ref := range slices.Concat(levels...) {
		if err := w.engine.MayDestroy(ctx, ref.Name()); err != nil {
			return err
		}
	}
	return nil
}

func (o *destroyOptions) ask(ctx context.Context, w *worker, levels [][]stack.Ref) error {
	for _, level := range levels {
		for _, r := range level {
			s, err := w.project.Stack(ctx, r, false)
			if err != nil {
				return err
			}
			options := w.options
			options.Display = w.flags.display(w.output)
			if _, err := w.engine.PlanDestroy(ctx, s, options); err != nil {
				return err
			}
		}
	}
	count := countRefs(levels)
	return w.consent(fmt.Sprintf("Delete all of this, %d stacks?", count))
}
