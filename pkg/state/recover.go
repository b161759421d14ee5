package state

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Recovery says what was taken over from an operation that ended without folding
// its journal.
type Recovery struct {
	// Entries is how many journal entries were replayed.
	Entries int
	// Pending is how many calls to providers had begun and not ended: what became
	// of them is not known. They are pending operations of the state now.
	Pending int
	// Torn says that the last append was cut short. What it held had not counted.
	Torn bool
	// When is when the operation had started.
	When time.Time
	// Kept is where the journal's original is, if only a part of it was used.
	Kept string
	// Unknown are resources that this machine had begun to create and that the
	// state, which another machine recovered meanwhile, does not have: they may
	// exist unrecorded.
	Unknown []string
}

// RecoverOption changes how Recover works.
type RecoverOption func(*recoverOptions)

type recoverOptions struct{ force bool }

// ForceRecovery uses the good part of a journal that is damaged or does not fit,
// which may be nothing. The original is kept.
func ForceRecovery() RecoverOption { return func(o *recoverOptions) { o.force = true } }

// leftJournal is a journal without its operation.
type leftJournal struct {
	*journalFile
	// place is where a person finds it.
	place string
	// seal makes durable what it is about to be folded into; remove forgets it;
	// setAside keeps it under another name, which it returns.
	seal     func(ctx context.Context, serial string) error
	remove   func(context.Context) error
	setAside func(ctx context.Context, suffix string) (string, error)
	// local says that only this machine's write-ahead file has it.
	local bool
}

// Recover folds the journal that an ended operation left into the state; nil when
// there is none.
func (st *Stack) Recover(ctx context.Context, lease *Lease, opts ...RecoverOption) (*Recovery, error) {
	var o recoverOptions
	for _, opt := range opts {
		opt(&o)
	}
	if err := lease.Verify(ctx); err != nil {
		return nil, err
	}
	left, err := st.leftJournals(ctx)
	if err != nil || len(left) == 0 {
		return nil, err
	}
	total := &Recovery{}
	for _, l := range left {
		r, err := st.recoverOne(ctx, lease, l, o)
		if err != nil {
			return nil, err
		}
		total.add(r)
	}
	return total, nil
}

func (r *Recovery) add(o *Recovery) {
	r.Entries += o.Entries
	r.Pending += o.Pending
	r.Torn = r.Torn || o.Torn
	if r.When.IsZero() || !o.When.IsZero() && o.When.Before(r.When) {
		r.When = o.When
	}
	if o.Kept != "" {
		r.Kept = o.Kept
	}
	r.Unknown = append(r.Unknown, o.Unknown...)
}

func (st *Stack) recoverOne(ctx context.Context, lease *Lease, l *leftJournal, o recoverOptions) (*Recovery, error) {
	if l.header.Version > journalVersion {
		return nil, problem.Problem{
			File: l.place, Summary: fmt.Sprintf("the journal has version %d, dorc knows %d", l.header.Version, journalVersion),
			Hint: "use a newer dorc; nothing was changed",
		}
	}
	if l.corrupt != nil && !o.force {
		return nil, problem.Problem{
			File: l.place, Summary: fmt.Sprintf("the journal is damaged at byte %d", l.corrupt.offset),
			Detail: fmt.Sprintf("%s; the %d entries before are good", l.corrupt.reason, len(l.entries)),
			Hint:   "`dorc state recover --force` uses those and keeps the original; run `dorc refresh` after it",
		}
	}
	r := &Recovery{Entries: len(l.entries), Torn: l.torn, When: l.header.When}
	if len(l.entries) == 0 && l.corrupt == nil {
		return r, l.remove(ctx)
	}
	current, err := st.Read(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case l.folded != "" && l.folded == current.Serial:
		r.Entries = 0
		return r, l.remove(ctx)
	case l.header.Base != current.Serial:
		return st.misfit(ctx, l, r, current, o)
	}
	return st.foldLeft(ctx, lease, l, r, current, o)
}

// foldLeft replays a journal on the state that it belongs to.
func (st *Stack) foldLeft(
	ctx context.Context, lease *Lease, l *leftJournal, r *Recovery, current *Checkpoint, o recoverOptions,
) (*Recovery, error) {
	entries := l.entries
	if o.force {
		entries = fitting(current.Deployment, entries)
	}
	r.Entries, r.Pending = len(entries), pending(entries)
	change := replacement{base: current.Deployment, serial: current.Serial, entries: entries}
	damaged := l.corrupt != nil || len(entries) < len(l.entries)
	if !damaged {
		change.before = func(serial string) error { return l.seal(ctx, serial) }
	}
	_, err := st.replace(ctx, lease, change)
	var broken *brokenRules
	if err != nil && !errors.As(err, &broken) {
		return nil, err
	}
	if damaged {
		kept, keepErr := l.setAside(ctx, "corrupt")
		r.Kept = kept
		return r, errors.Join(err, keepErr)
	}
	return r, errors.Join(err, l.remove(ctx))
}

// fitting is the longest run of entries, from the start, that can be replayed on base.
func fitting(base *apitype.DeploymentV3, entries []apitype.JournalEntry) []apitype.JournalEntry {
	entries = inSequence(entries)
	for len(entries) > 0 {
		_, err := replay(base, entries)
		var at *replayError
		switch {
		case err == nil:
			return entries
		case errors.As(err, &at):
			entries = entries[:at.index]
		default:
			entries = entries[:len(entries)-1]
		}
	}
	return nil
}

// pending counts the operations that began and did not end.
func pending(entries []apitype.JournalEntry) int {
	open := map[int64]bool{}
	for _, e := range entries {
		switch e.Kind {
		case apitype.JournalEntryKindBegin:
			if e.Operation != nil {
				open[e.OperationID] = true
			}
		case apitype.JournalEntryKindSuccess, apitype.JournalEntryKindFailure, apitype.JournalEntryKindRefreshSuccess:
			delete(open, e.OperationID)
		}
	}
	return len(open)
}

// misfit deals with a journal whose state is not the one that is there.
func (st *Stack) misfit(
	ctx context.Context, l *leftJournal, r *Recovery, current *Checkpoint, o recoverOptions,
) (*Recovery, error) {
	r.Entries = 0
	switch {
	case l.local:
		// Another machine recovered what the store had and went on.
		r.Unknown = missing(l.entries, current.Deployment)
	case !o.force:
		return nil, problem.Problem{
			File: l.place, Summary: "the journal belongs to another state than the one that is there",
			Detail: fmt.Sprintf("it was started on %s, on the state with fingerprint %.12s; the file was changed since, "+
				"perhaps by another tool or by hand", l.header.When.Local().Format(time.DateTime), orNone(l.header.Base)),
			Hint: "put that state back (see its .bak and the backups) and run `dorc state recover`, " +
				"or set the journal aside with `dorc state recover --force` and run `dorc refresh`",
		}
	}
	kept, err := l.setAside(ctx, "superseded")
	r.Kept = kept
	return r, err
}

// missing are the resources that entries begin to create and d does not have.
func missing(entries []apitype.JournalEntry, d *apitype.DeploymentV3) []string {
	known := map[string]bool{}
	for _, r := range d.Resources {
		known[string(r.URN)] = true
	}
	var found []string
	for _, e := range entries {
		op := e.Operation
		if e.Kind != apitype.JournalEntryKindBegin || op == nil || op.Type != apitype.OperationTypeCreating {
			continue
		}
		if urn := string(op.Resource.URN); !known[urn] {
			known[urn] = true
			found = append(found, urn)
		}
	}
	return found
}

func orNone(serial string) string {
	if serial == "" {
		return "(no state)"
	}
	return serial
}
