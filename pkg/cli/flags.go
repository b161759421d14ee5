package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

// instanceFlags say which stack a command acts on.
type instanceFlags struct{ layer, env string }

func (f *instanceFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.layer, "layer", "", "the pipeline's layer: its folder below src")
	cmd.Flags().StringVar(&f.env, "env", "", "the environment, such as prod")
}

// findStack finds the stack of a command's first argument: instanceFlags.ref or
// instanceFlags.applied.
type findStack func(context.Context, *stack.Project, []string) (stack.Ref, error)

// ref finds a stack that the config repo describes.
func (f *instanceFlags) ref(_ context.Context, p *stack.Project, args []string) (stack.Ref, error) {
	return p.Ref(args[0], f.layer, f.env)
}

// applied is ref for commands that also act on what the config repo no longer has.
func (f *instanceFlags) applied(ctx context.Context, p *stack.Project, args []string) (stack.Ref, error) {
	return p.AppliedRef(ctx, args[0], f.layer, f.env)
}

// oneInstance accepts exactly one argument and says what it should be.
func oneInstance(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return &usageError{fmt.Errorf("say which one: universal, infra --env <env>, or <pipeline> --layer <layer> --env <env>; got %d arguments", len(args))}
}

// operationFlags change how the engine works.
type operationFlags struct {
	verb             string
	parallel         int
	targets, replace []string
	dependents       bool
	refresh          bool
	continueOnError  bool
	lockTimeout      time.Duration
	diff             bool
	message          string
}

func (f *operationFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.verb = cmd.Name()
	flags.IntVar(&f.parallel, "parallel", engine.DefaultParallel, "resource operations at a time, 1 to 1024")
	flags.StringArrayVar(&f.targets, "target", nil, "only this resource, by URN; * and ** match; may be repeated")
	flags.BoolVar(&f.dependents, "target-dependents", false, "with --target, also what depends on it")
	flags.BoolVar(&f.continueOnError, "continue-on-error", false, "go on with what does not depend on a failed resource")
	flags.DurationVar(&f.lockTimeout, "lock-timeout", 0, "wait this long for a stack that someone else works on")
	flags.BoolVar(&f.diff, "diff", false, "show every property that changes")
	flags.StringVarP(&f.message, "message", "m", "", "a message for the history")
}

func (f *operationFlags) addReplace(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.replace, "replace", nil, "replace this resource, by URN; may be repeated")
	cmd.Flags().BoolVar(&f.refresh, "refresh", false, "first read what really exists")
}

// oneStack says that the flags name resources. A URN is of one stack, so the
// operation leaves an environment's pipelines alone.
func (f *operationFlags) oneStack() bool { return len(f.targets)+len(f.replace) > 0 }

func (f *operationFlags) options(a *app) (engine.Options, error) {
	if f.parallel < 1 || f.parallel > 1024 {
		return engine.Options{}, &usageError{fmt.Errorf("--parallel is %d; it must be 1 to 1024", f.parallel)}
	}
	return engine.Options{
		Parallel: f.parallel, Targets: f.targets, TargetDependents: f.dependents, Replace: f.replace,
		Refresh: f.refresh, ContinueOnError: f.continueOnError, LockTimeout: f.lockTimeout,
		Message: f.message, Cancel: a.cancelled,
	}, nil
}

func (f *operationFlags) display(o ui.Output) engine.Display {
	return ui.Display{Output: o, Diff: f.diff}
}
