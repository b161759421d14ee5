package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/pkg/v3/display"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/util/cancel"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/result"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// action is one of Pulumi's engine functions, bound to its special arguments.
type action func(
	pulumiengine.UpdateInfo, *pulumiengine.Context, pulumiengine.UpdateOptions,
) (*deploy.Plan, display.ResourceChanges, error)

// step is one run of the Pulumi engine: an operation on a snapshot.
type step struct {
	operation Operation
	stack     Stack
	snapshot  *deploy.Snapshot
	manager   pulumiengine.SnapshotManager
	options   Options
	tags      map[string]string
	// client answers stack references. Default: the engine's own store.
	client deploy.BackendClient
	// stop ends new work as options.Cancel does; the lease's loss closes it.
	stop <-chan struct{}
	act  action
}

// run runs the Pulumi engine once and says how it ended in this package's errors.
func (e *Engine) run(ctx context.Context, s step) (*deploy.Plan, display.ResourceChanges, error) {
	if err := e.prepare(ctx, s); err != nil {
		return nil, nil, err
	}
	cancelContext, source := cancel.NewContext(ctx)
	defer source.Terminate() // the engine closes its plugin host then
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-s.options.Cancel:
		case <-s.stop:
		case <-ended:
			return
		}
		source.Cancel()
	}()

	client := s.client
	if client == nil {
		client = &outputsClient{engine: e}
	}
	events, shown := pump(s.operation, s.options.Display)
	plan, changes, err := protect(s.act, pulumiengine.UpdateInfo{
		Root:    s.stack.Dir,
		Project: project(),
		Target:  s.target(),
	}, &pulumiengine.Context{
		Cancel:          cancelContext,
		Events:          events,
		SnapshotManager: s.manager,
		BackendClient:   client,
	}, s.options.engineOptions(e.Providers, s.stack.Program))
	close(events)
	<-shown
	return plan, changes, s.outcome(ctx, err)
}

func project() *workspace.Project {
	return &workspace.Project{
		Name:    tokens.PackageName(ProjectName),
		Runtime: workspace.NewProjectRuntimeInfo("go", nil),
	}
}

func (s step) target() *deploy.Target {
	decrypter := s.stack.Decrypter
	if decrypter == nil {
		decrypter = config.NewPanicCrypter()
	}
	return &deploy.Target{
		Name:         tokens.MustParseStackName(s.stack.Name),
		Organization: Organization,
		Config:       s.stack.Config,
		Decrypter:    decrypter,
		Snapshot:     s.snapshot,
		Tags:         s.tags,
	}
}

// pump gives events to the display, and goes on reading when the display has
// seen the last one that matters, so that the engine is never held up.
func pump(op Operation, d Display) (chan<- pulumiengine.Event, <-chan struct{}) {
	events, shown := make(chan pulumiengine.Event), make(chan struct{})
	toDisplay, displayed := make(chan pulumiengine.Event), make(chan struct{})
	go func() {
		defer close(displayed)
		if d != nil {
			d.Show(op, toDisplay)
		}
	}()
	go func() {
		defer close(shown)
		for e := range events {
			select {
			case toDisplay <- e:
			case <-displayed:
			}
		}
		close(toDisplay)
		<-displayed
	}()
	return events, shown
}

// protect turns a panic of the engine into an InternalError.
func protect(
	act action, u pulumiengine.UpdateInfo, c *pulumiengine.Context, o pulumiengine.UpdateOptions,
) (plan *deploy.Plan, changes display.ResourceChanges, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &InternalError{Cause: r}
		}
	}()
	return act(u, c, o)
}

// outcome is the error that a person should see for the engine's error.
func (s step) outcome(ctx context.Context, err error) error {
	var internal *InternalError
	switch {
	case err == nil || errors.As(err, &internal):
		return err
	case ctx.Err() != nil:
		return ErrTerminated
	case isClosed(s.options.Cancel):
		return ErrCancelled
	case result.IsBail(err):
		return ErrFailed
	default:
		return fmt.Errorf("stack %s: %w", s.stack.Name, err)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// plain is the text without Pulumi's colour markers.
func plain(text string) string { return colors.Never.Colorize(text) }
