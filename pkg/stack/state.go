package stack

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/state"
)

// HistoryEntry is one operation of a stack's history.
type HistoryEntry = state.Entry

// ExportState is the stack's state in the form of `pulumi stack export`.
func (p *Project) ExportState(ctx context.Context, r Ref, showSecrets bool) (*apitype.UntypedDeployment, error) {
	store, err := p.Store(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.MustBeApplied(ctx, r); err != nil {
		return nil, err
	}
	st := store.Stack(r.Name())
	options := state.ExportOptions{ShowSecrets: showSecrets}
	if showSecrets {
		checkpoint, err := st.Read(ctx)
		if err != nil {
			return nil, err
		}
		if options.Secrets, err = p.secrets(ctx, r.Name(), checkpoint.SecretsProvider()); err != nil {
			return nil, err
		}
	}
	return st.Export(ctx, options)
}

// ImportState replaces the stack's state by an exported one. It returns how many
// pending operations were dropped.
func (p *Project) ImportState(ctx context.Context, r Ref, d apitype.UntypedDeployment) (int, error) {
	dropped := 0
	err := p.leased(ctx, r, "import of a state", func(st *state.Stack, lease *state.Lease) error {
		// Without a journal nothing needs the old state, so that a damaged one can be replaced.
		left, err := st.HasJournal(ctx)
		if err != nil {
			return err
		}
		if left {
			if _, err := st.Recover(ctx, lease); err != nil {
				return err
			}
		}
		dropped, err = st.Import(ctx, lease, d)
		return err
	})
	return dropped, err
}

// RecoverState takes up the journal that an ended run left.
func (p *Project) RecoverState(ctx context.Context, r Ref, force bool) (*state.Recovery, error) {
	var options []state.RecoverOption
	if force {
		options = append(options, state.ForceRecovery())
	}
	var recovery *state.Recovery
	err := p.leased(ctx, r, "recover", func(st *state.Stack, lease *state.Lease) error {
		var err error
		recovery, err = st.Recover(ctx, lease, options...)
		return err
	})
	return recovery, err
}

// UnlockState breaks whatever lock the stack has.
func (p *Project) UnlockState(ctx context.Context, r Ref) error {
	store, err := p.Store(ctx)
	if err != nil {
		return err
	}
	return store.Stack(r.Name()).Unlock(ctx)
}

// RemoveState forgets a stack that has no resources.
func (p *Project) RemoveState(ctx context.Context, r Ref) error {
	return p.leased(ctx, r, "remove", func(st *state.Stack, lease *state.Lease) error {
		return st.Remove(ctx, lease, false)
	})
}

// History lists the stack's operations, the newest first; size 0 is all of them.
func (p *Project) History(ctx context.Context, r Ref, size int) ([]HistoryEntry, error) {
	store, err := p.Store(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.MustBeApplied(ctx, r); err != nil {
		return nil, err
	}
	return store.Stack(r.Name()).History(ctx, state.Page{Size: size})
}

// ProtectState sets or clears the protection of resources, by URN.
func (p *Project) ProtectState(ctx context.Context, r Ref, urns []string, protect bool) (int, error) {
	store, err := p.Store(ctx)
	if err != nil {
		return 0, err
	}
	e := &engine.Engine{Store: store, Owner: owner()}
	return e.Protect(ctx, r.Name(), urns, protect)
}

// leased does something to a stack's state while holding its lease.
func (p *Project) leased(ctx context.Context, r Ref, operation string, work func(*state.Stack, *state.Lease) error) (err error) {
	store, err := p.Store(ctx)
	if err != nil {
		return err
	}
	st := store.Stack(r.Name())
	lease, err := st.Lock(ctx, state.LockOptions{Owner: owner(), Operation: operation})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lease.Unlock(context.WithoutCancel(ctx))) }()
	return work(st, lease)
}
