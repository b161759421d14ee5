package engine

import (
	"context"
	"time"

	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/dorc-dev/dorc/pkg/state"
)

// DefaultParallel is how many resource operations run at a time. Most of them
// wait for a cloud, so it is not bound to the number of processors; it is the
// stock CLI's default for a machine of four.
const DefaultParallel = 16

// Options change how an operation works.
type Options struct {
	// Parallel is how many resource operations run at a time. Default: DefaultParallel.
	Parallel int
	// Targets limits the operation to these URNs; "*" matches within and "**"
	// across URN parts. Default: everything.
	Targets []string
	// TargetDependents also works on what depends on Targets.
	TargetDependents bool
	// Replace are URNs of resources to replace even if nothing changed.
	Replace []string
	// Refresh reads every resource from its provider first.
	Refresh bool
	// ContinueOnError goes on with what does not depend on a failed resource.
	ContinueOnError bool
	// LockTimeout is how long to wait for a stack that someone else works on. Default: not at all.
	LockTimeout time.Duration
	// Waiting is called once when the operation begins to wait, with who works on
	// the stack. Default: nothing is said.
	Waiting func(state.LockInfo)
	// Cancel stops new work when it is closed; running calls end and are saved.
	// Cancelling the operation's context ends at once and leaves the journal.
	Cancel <-chan struct{}
	// Display shows the events. Default: nothing is shown.
	Display Display
	// Message is kept in the history.
	Message string
	// Prepare is called before the engine begins, once the stack is known to be one
	// that may be worked on; its error ends the operation. Default: nothing.
	Prepare func(context.Context) error
	// Plan constrains Apply to what a Plan operation found. Default: no constraint.
	Plan *SavedPlan
}

// Display shows an operation's events until the channel is closed, and returns
// when the last one is shown.
type Display interface {
	Show(op Operation, events <-chan pulumiengine.Event)
}

// Operation is what a display shows.
type Operation struct {
	// Kind is the update's kind in the history, such as "update" or "destroy".
	Kind apitype.UpdateKind
	// Stack is the stack's name.
	Stack string
	// Preview says that nothing is changed.
	Preview bool
}

func (o Options) engineOptions(p Providers, program Program) pulumiengine.UpdateOptions {
	parallel := o.Parallel
	if parallel == 0 {
		parallel = DefaultParallel
	}
	return pulumiengine.UpdateOptions{
		Parallel:         int32(parallel), //nolint:gosec // the command line limits it to 1..1024
		ParallelDiff:     true,
		Refresh:          o.Refresh,
		Targets:          deploy.NewUrnTargets(o.Targets),
		TargetDependents: o.TargetDependents,
		ReplaceTargets:   deploy.NewUrnTargets(o.Replace),
		ContinueOnError:  o.ContinueOnError,
		HostFactory:      p.hostFactory(program),
		// Plugins are installed when they are first needed; the local target needs none.
		SkipPluginPreInstall: true,
	}
}
