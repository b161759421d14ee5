package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/stack"
)

type planOptions struct {
	*app
	instance  instanceFlags
	operation operationFlags
	out       string
	only      bool
	destroy   bool
	detailed  bool
}

func newPlan(a *app) *cobra.Command {
	o := &planOptions{app: a}
	cmd := &cobra.Command{
		Use:   "plan <instance>",
		Short: "Show what apply would change, and change nothing",
		Long: `plan shows what apply would change. An environment is shown with its pipelines
unless --only or --out is given. With --out the plan of one stack is kept in a
file, and dorc apply --plan does exactly that.`,
		Example: `  dorc plan infra --env prod
  dorc plan infra --env prod --out prod.plan`,
		Args: oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.instance.add(cmd)
	o.operation.add(cmd)
	o.operation.addReplace(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "keep the plan in this file")
	cmd.Flags().BoolVar(&o.only, "only", false, "with infra: leave the pipelines out")
	cmd.Flags().BoolVar(&o.destroy, "destroy", false, "show what destroy would delete")
	cmd.Flags().BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 2 when changes are pending")
	return cmd
}

func (o *planOptions) run(ctx context.Context, args []string) error {
	w, ref, err := o.newWorker(ctx, o.instance.ref, &o.operation, args)
	if err != nil {
		return err
	}
	changes, err := o.plan(ctx, w, ref)
	if err != nil {
		return err
	}
	if changes && o.detailed {
		return errChanges
	}
	return nil
}

func (o *planOptions) plan(ctx context.Context, w *worker, ref stack.Ref) (bool, error) {
	if o.destroy {
		return o.planDestroy(ctx, w, ref)
	}
	if err := w.project.Prerequisites(ctx, ref); err != nil {
		return false, err
	}
	s, err := w.project.Stack(ctx, ref, true)
	if err != nil {
		return false, err
	}
	if o.out != "" {
		return o.save(ctx, w, s)
	}
	changes, err := w.plan(ctx, s)
	if err != nil || ref.Kind != stack.KindInfra || o.only || o.operation.oneStack() {
		return changes, err
	}
	return o.planPipelines(ctx, w, ref, changes)
}

// planPipelines plans an environment's pipelines, which need its outputs.
func (o *planOptions) planPipelines(ctx context.Context, w *worker, infra stack.Ref, changes bool) (bool, error) {
	levels, err := w.project.PipelineRefs(infra.Env)
	if err != nil {
		return false, err
	}
	var absent *engine.NotAppliedError
	if _, err := w.engine.Outputs(ctx, infra.Name()); errors.As(err, &absent) {
		count := countRefs(levels)
		if !o.json && count > 0 {
			fmt.Fprintf(o.stdout, "Its %d pipelines need its outputs: they can be planned once it is applied.\n", count)
		}
		return changes, nil
	}
	for _, level := range levels {
		for _, ref := range level {
			more, err := w.planPipeline(ctx, ref)
			if err != nil {
				return false, err
			}
			changes = changes || more
		}
	}
	return changes, nil
}

// planPipeline plans one of several pipelines. One that starts another which is
// not applied yet cannot be planned: it reads the other's outputs.
func (w *worker) planPipeline(ctx context.Context, ref stack.Ref) (changes bool, err error) {
	needed, err := w.project.Needed(ctx, ref)
	if err != nil {
		return false, err
	}
	if len(needed) > 0 {
		if !w.json {
			fmt.Fprintf(w.output.Out, "%s needs the outputs of %s: it can be planned once that is applied.\n", ref.Name(), needed[0].Name())
		}
		return true, nil
	}
	s, err := w.project.Stack(ctx, ref, true)
	if err != nil {
		return false, err
	}
	return w.plan(ctx, s)
}

func (o *planOptions) save(ctx context.Context, w *worker, s engine.Stack) (bool, error) {
	options := w.options
	options.Display = w.flags.display(w.output)
	result, err := w.engine.Plan(ctx, s, options)
	if err != nil {
		return false, planFailed(err)
	}
	if err := engine.WritePlan(o.out, result.Plan); err != nil {
		return false, err
	}
	if !o.json {
		fmt.Fprintf(o.stdout, "The plan is in %s: apply it with --plan %s\n", o.out, o.out)
	}
	return result.HasChanges(), nil
}

func (o *planOptions) planDestroy(ctx context.Context, w *worker, ref stack.Ref) (bool, error) {
	levels, err := w.project.DestroyOrder(ctx, w.engine, ref, o.only || o.operation.oneStack())
	if err != nil {
		return false, err
	}
	changes := false
	for _, level := range levels {
		for _, r := range level {
			s, err := w.project.Stack(ctx, r, false)
			if err != nil {
				return false, err
			}
			options := w.options
			options.Display = w.flags.display(w.output)
			result, err := w.engine.PlanDestroy(ctx, s, options)
			if err != nil {
				return false, planFailed(err)
			}
			changes = changes || result.HasChanges()
		}
	}
	return changes, nil
}
