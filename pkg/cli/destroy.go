package cli

import (
	"context"
	"fmt"

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
	p, err := o.project()
	if err != nil {
		return err
	}
	ref, err := o.instance.applied(ctx, p, args)
	if err != nil {
		return err
	}
	applied, err := p.IsApplied(ctx, ref)
	if err != nil {
		return err
	}
	if !applied {
		// Destroying twice is no mistake: automation may repeat it.
		return o.say("%s is not applied: there is nothing to destroy", ref.Name())
	}
	options, err := o.operation.options(o.app)
	if err != nil {
		return err
	}
	e, err := p.Engine(ctx)
	if err != nil {
		return err
	}
	levels, err := p.DestroyOrder(ctx, e, ref, o.only || o.operation.oneStack())
	if err != nil {
		return err
	}
	if len(options.Targets) == 0 {
		for _, level := range levels {
			for _, r := range level {
				if err := e.MayDestroy(ctx, r.Name()); err != nil {
					return err
				}
			}
		}
	}
	w := &worker{app: o.app, project: p, engine: e, options: options, flags: &o.operation, output: o.output()}
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
