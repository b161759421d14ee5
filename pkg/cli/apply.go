package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

type applyOptions struct {
	*app
	instance  instanceFlags
	operation operationFlags
	only, yes bool
	plan      string
}

func newApply(a *app) *cobra.Command {
	o := &applyOptions{app: a}
	cmd := &cobra.Command{
		Use:   "apply <instance>",
		Short: "Create and change what the instance describes",
		Long: `apply makes what the instance describes: universal, infra with --env, or a
pipeline with --layer and --env. An environment takes its pipelines with it, in
the order in which they start each other, unless --only is given.

On the cloud target it shows the plan and asks; without a terminal it needs --yes.`,
		Example: `  dorc apply universal
  dorc apply infra --env prod
  dorc apply weather --layer raw-to-processed --env prod
  dorc plan infra --env prod --out prod.plan && dorc apply infra --env prod --plan prod.plan`,
		Args: oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.instance.add(cmd)
	o.operation.add(cmd)
	o.operation.addReplace(cmd)
	cmd.Flags().BoolVar(&o.only, "only", false, "with infra: leave the pipelines alone")
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	cmd.Flags().StringVar(&o.plan, "plan", "", "apply exactly this saved plan, or refuse when it is stale")
	return cmd
}

func (o *applyOptions) run(ctx context.Context, args []string) error {
	w, ref, err := o.newWorker(ctx, o.instance.ref, &o.operation, args)
	if err != nil {
		return err
	}
	if o.plan != "" {
		if w.options.Plan, err = engine.ReadPlan(o.plan); err != nil {
			return err
		}
	}
	p := w.project
	ask := o.needsConsent(p, o.yes || o.plan != "")
	if ask {
		if err := w.mayAsk(); err != nil {
			return err
		}
	}
	var levels [][]stack.Ref
	if ref.Kind == stack.KindInfra && !o.only && o.plan == "" && !o.operation.oneStack() {
		if levels, err = p.PipelineRefs(ref.Env); err != nil {
			return err
		}
	}
	if err := p.Prerequisites(ctx, append([]stack.Ref{ref}, slices.Concat(levels...)...)...); err != nil {
		return err
	}
	if err := w.applyOne(ctx, ref, ask); err != nil {
		return err
	}
	return w.applyPipelines(ctx, levels, ask)
}

// applyOne applies one stack; on the cloud target it shows the plan and asks first.
func (w *worker) applyOne(ctx context.Context, ref stack.Ref, ask bool) error {
	s, err := w.project.Stack(ctx, ref, true)
	if err != nil {
		return err
	}
	if ask {
		changes, err := w.plan(ctx, s)
		if err != nil || !changes {
			return err
		}
		if err := w.consent("Apply this to " + ref.Name() + "?"); err != nil {
			return err
		}
	}
	return w.do(ctx, s, w.output, w.engine.Apply)
}

// applyPipelines applies the pipelines of an environment, several at a time.
func (w *worker) applyPipelines(ctx context.Context, levels [][]stack.Ref, ask bool) error {
	count := countRefs(levels)
	if count == 0 {
		return nil
	}
	if ask {
		for _, level := range levels {
			for _, ref := range level {
				if _, err := w.planPipeline(ctx, ref); err != nil {
					return err
				}
			}
		}
		if err := w.consent(fmt.Sprintf("Apply this to %d pipelines?", count)); err != nil {
			return err
		}
	}
	return w.inOrder(ctx, levels, true, w.engine.Apply)
}

func countRefs(levels [][]stack.Ref) int {
	count := 0
	for _, level := range levels {
		count += len(level)
	}
	return count
}

// needsConsent says whether to show the plan and ask before changing anything.
func (a *app) needsConsent(p *stack.Project, given bool) bool {
	return !given && p.Settings.Target == settings.TargetCloud
}

// errNoConsent says that the person answered no.
var errNoConsent = errors.New("nothing was changed")

// mayAsk refuses to begin what needs an answer where nobody can give one.
func (w *worker) mayAsk() error {
	if !w.output.Interactive {
		return errors.New("the cloud target asks before it changes anything, and this is no terminal: give --yes after looking at `dorc plan`")
	}
	return nil
}

// consent asks the person.
func (w *worker) consent(question string) error {
	yes, err := ui.Ask(w.output, w.in, question)
	if err != nil {
		return err
	}
	if !yes {
		return errNoConsent
	}
	return nil
}
