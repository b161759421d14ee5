package state

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// replayError says which entry, in sequence, cannot be applied.
type replayError struct {
	index int
	cause error
}

func (e *replayError) Error() string { return e.cause.Error() }

func inSequence(entries []apitype.JournalEntry) []apitype.JournalEntry {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b apitype.JournalEntry) int { return cmp.Compare(a.SequenceID, b.SequenceID) })
	return entries
}

// replay applies entries to a copy of base, in the order of their sequence
// numbers: parallel steps may have written them in another.
func replay(base *apitype.DeploymentV3, entries []apitype.JournalEntry) (apitype.TypedDeployment, error) {
	entries = inSequence(entries)
	r := &checkedReplay{
		JournalReplayer: backend.NewJournalReplayer(copyDeployment(base)),
		old:             len(base.Resources), recorded: map[int64]bool{},
	}
	var provider *apitype.SecretsProvidersV1
	for i, e := range entries {
		if e.Kind == apitype.JournalEntryKindSecretsManager {
			// Applied at the end, from the last one that encrypted something.
			if p := usedProvider(e.SecretsProvider); p != nil {
				provider = p
			}
			continue
		}
		if err := r.add(e); err != nil {
			return apitype.TypedDeployment{}, &replayError{i, fmt.Errorf("journal entry %d (%s): %w", e.SequenceID, e.Kind, err)}
		}
	}
	d, err := r.GenerateDeployment()
	if err != nil {
		return d, err
	}
	d.Deployment.SecretsProviders = usedProvider(d.Deployment.SecretsProviders)
	if provider != nil {
		d.Deployment.SecretsProviders = provider
	}
	// The replayer keeps them in a map.
	slices.SortStableFunc(d.Deployment.PendingOperations, func(a, b apitype.OperationV2) int {
		return cmp.Or(cmp.Compare(a.Resource.URN, b.Resource.URN), cmp.Compare(a.Type, b.Type))
	})
	return d, nil
}

// checkedReplay refuses entries that the stock replayer would take for another
// resource, or stop the process at.
type checkedReplay struct {
	*backend.JournalReplayer
	// old is how many resources the base has.
	old int
	// recorded are the operations that added a resource.
	recorded map[int64]bool
}

func (r *checkedReplay) add(e apitype.JournalEntry) error {
	if e.Version != 1 {
		return fmt.Errorf("entry version %d, this dorc knows 1; use a newer dorc", e.Version)
	}
	for _, index := range []*int64{e.RemoveOld, e.DeleteOld, e.PendingReplacementOld} {
		if index != nil && (*index < 0 || *index >= int64(r.old)) {
			return fmt.Errorf("it changes resource %d of a state with %d", *index, r.old)
		}
	}
	for _, operation := range []*int64{e.RemoveNew, e.DeleteNew, e.PendingReplacementNew} {
		if operation != nil && !r.recorded[*operation] {
			return fmt.Errorf("it changes what operation %d recorded, which recorded nothing", *operation)
		}
	}
	switch e.Kind {
	case apitype.JournalEntryKindBegin, apitype.JournalEntryKindFailure, apitype.JournalEntryKindRefreshSuccess,
		apitype.JournalEntryKindOutputs, apitype.JournalEntryKindSnippets:
	case apitype.JournalEntryKindSuccess:
		if e.State != nil {
			r.recorded[e.OperationID] = true
		}
	case apitype.JournalEntryKindWrite:
		if e.NewSnapshot == nil {
			return fmt.Errorf("it has no snapshot")
		}
		r.old = len(e.NewSnapshot.Resources)
		e.NewSnapshot = copyDeployment(e.NewSnapshot)
	case apitype.JournalEntryKindRebuiltBaseState:
		d, err := r.GenerateDeployment()
		if err != nil {
			return err
		}
		r.old, r.recorded = len(d.Deployment.Resources), map[int64]bool{}
	case apitype.JournalEntryKindExtensionParameterize:
		if e.ExtensionRef == nil || e.Extension == nil {
			return fmt.Errorf("it has no extension")
		}
	default:
		return fmt.Errorf("unknown kind of entry; use a newer dorc")
	}
	return r.Add(e)
}
