package engine

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/display"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	pulumistack "github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/dorc-dev/dorc/pkg/state"
)

// Result is what an operation did or, for a plan, would do.
type Result struct {
	// Changes counts steps by what they do.
	Changes display.ResourceChanges
	// Recovered is what was taken up from a run that had ended early, or nil.
	Recovered *state.Recovery
	// Plan is set by Plan: what was found, to be saved.
	Plan *SavedPlan
	// Duration is how long the engine worked.
	Duration time.Duration
}

// HasChanges says whether anything was, or would be, created, changed or deleted.
func (r *Result) HasChanges() bool { return pulumiengine.HasChanges(r.Changes) }

// change runs an operation that changes the stack: under a lease, with a
// journal, on a state from which an ended run's journal has been taken up.
func (e *Engine) change(
	ctx context.Context, s Stack, kind apitype.UpdateKind, o Options, act action,
) (result *Result, err error) {
	st := e.Store.Stack(s.Name)
	lease, err := e.lock(ctx, st, string(kind), o)
	if err != nil {
		return nil, err
	}
	// The lease is given back even when ctx has ended.
	defer func() { err = errors.Join(err, lease.Unlock(context.WithoutCancel(ctx))) }()

	result = &Result{}
	opened, err := e.recover(ctx, st, lease, s, result)
	if err != nil {
		return result, err
	}
	if kind == apitype.DestroyUpdate && len(o.Targets) == 0 {
		if err := opened.checkProtected(s); err != nil {
			return result, err
		}
	}
	if o.Plan != nil {
		if err := e.checkPlan(ctx, s, o, opened); err != nil {
			return result, err
		}
		// The check ran the engine on the snapshot; what follows gets a fresh one.
		if opened, err = e.open(ctx, st); err != nil {
			return result, err
		}
	}
	if err := e.tag(ctx, lease, opened, s); err != nil {
		return result, err
	}
	err = e.journaled(ctx, s, kind, o, act, lease, opened, result)
	return result, err
}

// recover takes up what an ended run left, and returns the stack as it is then.
func (e *Engine) recover(ctx context.Context, st *state.Stack, lease *state.Lease, s Stack, result *Result) (*opened, error) {
	recovered, err := st.Recover(ctx, lease)
	if err != nil {
		return nil, err
	}
	result.Recovered = recovered
	opened, err := e.open(ctx, st)
	if err != nil {
		return nil, err
	}
	if err := opened.checkTarget(s); err != nil {
		return nil, err
	}
	changed, err := e.reconcile(ctx, opened)
	if err != nil || !changed {
		return opened, err
	}
	deployment, err := pulumistack.SerializeDeployment(ctx, opened.snapshot, false)
	if err != nil {
		return nil, err
	}
	if err := st.Write(ctx, lease, deployment); err != nil {
		return nil, err
	}
	return e.open(ctx, st)
}

// tag remembers where the stack lives and what it is.
func (e *Engine) tag(ctx context.Context, lease *state.Lease, o *opened, s Stack) error {
	tags := maps.Clone(o.tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, s.Tags)
	tags[TagTarget] = s.Target
	if maps.Equal(tags, o.tags) {
		return nil
	}
	o.tags = tags
	return o.stack.SetTags(ctx, lease, tags)
}

// journaled runs the engine with a journal and folds it into the state.
func (e *Engine) journaled(
	ctx context.Context, s Stack, kind apitype.UpdateKind, o Options, act action,
	lease *state.Lease, opened *opened, result *Result,
) error {
	journal, err := opened.stack.Begin(ctx, lease, opened.checkpoint.Deployment, opened.secrets)
	if err != nil {
		return err
	}
	manager, err := pulumiengine.NewJournalSnapshotManager(journal, opened.snapshot, opened.secrets)
	if err != nil {
		return err
	}
	started := time.Now()
	_, changes, runErr := e.run(ctx, step{
		operation: Operation{Kind: kind, Stack: s.Name}, stack: s, snapshot: opened.snapshot,
		manager: manager, options: o, tags: opened.tags, stop: lease.Lost(), act: act,
	})
	result.Changes, result.Duration = changes, time.Since(started)
	closeErr := manager.Close()
	if errors.Is(runErr, ErrTerminated) {
		// Provider calls may still be under way: the journal keeps that they began.
		return errors.Join(runErr, closeErr)
	}
	// From here on the work is done; recording it must not be interrupted.
	ctx = context.WithoutCancel(ctx)
	_, foldErr := journal.Fold(ctx, state.FoldInfo{})
	if err := errors.Join(runErr, closeErr, foldErr); err != nil {
		_ = opened.stack.AddHistory(ctx, history(s, kind, o, started, result, backend.FailedResult)) //nolint:errcheck // the first error matters more
		return err
	}
	return opened.stack.AddHistory(ctx, history(s, kind, o, started, result, backend.SucceededResult))
}

func history(s Stack, kind apitype.UpdateKind, o Options, started time.Time, r *Result, outcome backend.UpdateResult) backend.UpdateInfo {
	return backend.UpdateInfo{
		Kind: kind, Message: o.Message, Environment: map[string]string{backend.ExecutionKind: "dorc"},
		Config: s.Config, Result: outcome, StartTime: started.Unix(), EndTime: time.Now().Unix(),
		ResourceChanges: r.Changes,
	}
}

// preview runs an operation that changes nothing: no lease, no journal.
func (e *Engine) preview(ctx context.Context, s Stack, kind apitype.UpdateKind, o Options, act action) (*Result, *deploy.Plan, *opened, error) {
	result := &Result{}
	opened, err := e.settled(ctx, s, result)
	if err != nil {
		return nil, nil, nil, err
	}
	started := time.Now()
	plan, changes, err := e.run(ctx, step{
		operation: Operation{Kind: kind, Stack: s.Name, Preview: true}, stack: s, snapshot: opened.snapshot,
		options: o, tags: opened.tags, act: act,
	})
	result.Changes, result.Duration = changes, time.Since(started)
	return result, plan, opened, err
}

// settled is the stack as the next operation would find it: a journal that an
// ended run left is taken up, unless someone works on the stack right now.
func (e *Engine) settled(ctx context.Context, s Stack, result *Result) (*opened, error) {
	st := e.Store.Stack(s.Name)
	left, err := st.HasJournal(ctx)
	if err != nil {
		return nil, err
	}
	var locked *state.LockedError
	if left {
		lease, err := e.lock(ctx, st, "recover", Options{})
		if err == nil {
			opened, err := e.recover(ctx, st, lease, s, result)
			return opened, errors.Join(err, lease.Unlock(context.WithoutCancel(ctx)))
		}
		if !errors.As(err, &locked) {
			return nil, err
		}
	}
	opened, err := e.open(ctx, st)
	if err != nil {
		return nil, err
	}
	return opened, opened.checkTarget(s)
}
