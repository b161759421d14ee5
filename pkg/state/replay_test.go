package state

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

// captured is the stock journal's persister: it keeps what was saved last.
type captured struct{ last apitype.TypedDeployment }

func (c *captured) Save(d apitype.TypedDeployment) error { c.last = d; return nil }

// live is a resource as a random run knows it: in the base, or made by an operation.
type live struct {
	state *pkgresource.State
	old   *int64
	new   *int64
}

// randomRun produces the entries of a valid run over n base resources.
type randomRun struct {
	*rand.Rand
	entries
	out     []engine.JournalEntry
	pending []live
	done    []live
	names   int
}

func (r *randomRun) begin(op *pkgresource.Operation, elide bool) int64 {
	r.operation++
	e := r.next(engine.JournalEntryBegin, r.operation)
	e.Operation, e.ElideWrite = op, elide
	r.out = append(r.out, e)
	return r.operation
}

func (r *randomRun) end(kind engine.JournalEntryKind, operation int64, change func(*engine.JournalEntry)) {
	e := r.next(kind, operation)
	change(&e)
	r.out = append(r.out, e)
}

func (r *randomRun) step() {
	create := len(r.pending) == 0 || r.IntN(4) == 0
	if create {
		r.names++
		var deps []resource.URN
		if len(r.done) > 0 {
			deps = append(deps, r.done[r.IntN(len(r.done))].state.URN)
		}
		s := thing(fmt.Sprint("new", r.names), 1, deps...)
		op := pkgresource.NewOperation(s, pkgresource.OperationTypeCreating)
		id := r.begin(&op, false)
		switch r.IntN(6) {
		case 0: // it failed
			r.end(engine.JournalEntryFailure, id, func(e *engine.JournalEntry) { e.State = s })
		case 1: // the run ended before it did
		default:
			r.end(engine.JournalEntrySuccess, id, func(e *engine.JournalEntry) { e.State = s })
			r.done = append(r.done, live{state: s, new: &id})
		}
		return
	}
	l := r.pending[0]
	r.pending = r.pending[1:]
	next := l.state.Copy()
	switch r.IntN(5) {
	case 0: // nothing to change
		id := r.begin(nil, true)
		r.end(engine.JournalEntrySuccess, id, func(e *engine.JournalEntry) {
			e.State, e.RemoveOld, e.RemoveNew, e.ElideWrite = next, l.old, l.new, true
		})
		r.done = append(r.done, live{state: next, new: &id})
	case 1: // update
		next.Inputs = resource.PropertyMap{"version": resource.NewProperty(float64(r.IntN(100)))}
		op := pkgresource.NewOperation(next, pkgresource.OperationTypeUpdating)
		id := r.begin(&op, false)
		r.end(engine.JournalEntrySuccess, id, func(e *engine.JournalEntry) {
			e.State, e.RemoveOld, e.RemoveNew = next, l.old, l.new
		})
		r.done = append(r.done, live{state: next, new: &id})
	case 2: // replacement: the new one first, then the old one goes, or is left for later
		next.ID += "-2"
		op := pkgresource.NewOperation(next, pkgresource.OperationTypeCreating)
		id := r.begin(&op, false)
		r.end(engine.JournalEntrySuccess, id, func(e *engine.JournalEntry) {
			e.State, e.DeleteOld, e.DeleteNew = next, l.old, l.new
		})
		r.done = append(r.done, live{state: next, new: &id})
		if r.IntN(2) == 0 {
			old := pkgresource.NewOperation(l.state, pkgresource.OperationTypeDeleting)
			del := r.begin(&old, false)
			r.end(engine.JournalEntrySuccess, del, func(e *engine.JournalEntry) { e.RemoveOld, e.RemoveNew = l.old, l.new })
		}
	case 3: // update in place, then its outputs change once more
		op := pkgresource.NewOperation(next, pkgresource.OperationTypeUpdating)
		id := r.begin(&op, false)
		r.end(engine.JournalEntrySuccess, id, func(e *engine.JournalEntry) {
			e.State, e.RemoveOld, e.RemoveNew = next, l.old, l.new
		})
		again := next.Copy()
		again.Outputs = resource.PropertyMap{"version": resource.NewProperty(float64(r.IntN(100)))}
		r.operation++
		r.end(engine.JournalEntryOutputs, r.operation, func(e *engine.JournalEntry) { e.State, e.RemoveNew = again, &id })
		r.done = append(r.done, live{state: again, new: &id})
	case 4: // refreshed, and found gone or changed; then nothing more is done to it
		id := r.begin(nil, false)
		r.end(engine.JournalEntryRefreshSuccess, id, func(e *engine.JournalEntry) {
			e.IsRefresh, e.RemoveOld, e.RemoveNew = true, l.old, l.new
			if r.IntN(3) > 0 {
				next.Outputs = resource.PropertyMap{"version": resource.NewProperty(float64(7))}
				e.State = next
			}
		})
	}
}

// baseSnapshot is a stack with n things, each depending on an earlier one.
func baseSnapshot(n int) *deploy.Snapshot {
	resources := []*pkgresource.State{rootState()}
	for i := range n {
		var deps []resource.URN
		if i > 0 {
			deps = append(deps, resources[1+i/2].URN)
		}
		resources = append(resources, thing(fmt.Sprint("old", i), 1, deps...))
	}
	m := deploy.Manifest{}
	m.Magic = m.NewMagic()
	return deploy.NewSnapshot(m, nil, resources, nil, deploy.SnapshotMetadata{}, nil, nil)
}

// lines is the deployment with a resource per line, without what tells when and
// by what it was written.
func lines(t *testing.T, d *apitype.DeploymentV3) []string {
	t.Helper()
	var out []string
	put := func(v any) {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		out = append(out, string(data))
	}
	for _, r := range d.Resources {
		put(r)
	}
	pending := slices.Clone(d.PendingOperations)
	slices.SortFunc(pending, func(a, b apitype.OperationV2) int {
		return cmp.Compare(a.Resource.URN, b.Resource.URN)
	})
	put(pending)
	put(usedProvider(d.SecretsProviders))
	return out
}

// TestFoldEqualsTheStockJournal gives the same random runs to the stock journal,
// which writes the whole state at each step, and to ours: through memory and
// Fold, and through the file and Recover.
func TestFoldEqualsTheStockJournal(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 8
	}
	for seed := range rounds {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			run := &randomRun{Rand: rand.New(rand.NewPCG(uint64(seed), 1))}
			base := baseSnapshot(run.IntN(20))
			zero := int64(0)
			id := run.begin(nil, true)
			run.end(engine.JournalEntrySuccess, id, func(e *engine.JournalEntry) {
				e.State, e.RemoveOld, e.ElideWrite = base.Resources[0], &zero, true
			})
			for i, s := range base.Resources[1:] {
				old := int64(i + 1)
				run.pending = append(run.pending, live{state: s, old: &old})
			}
			for range 1 + run.IntN(40) {
				run.step()
			}

			stock := &captured{}
			sj, err := backend.NewSnapshotJournaler(context.Background(), stock, &noSecrets{}, nil, base)
			require.NoError(t, err)
			for _, e := range run.out {
				// Breaking the rules on the way is the stock journal's to note; runs
				// with a refresh do until their dependencies are rebuilt.
				_ = sj.AddJournalEntry(e)
			}
			_ = sj.Close()

			for _, how := range []string{"fold", "recover"} {
				s, dir := openTemp(t)
				st := s.Stack(testStack)
				l := lock(t, st)
				seedState(t, st, l, base)
				j := begin(t, st, l)
				last := 0
				for i, e := range run.out {
					require.NoError(t, j.AddJournalEntry(e))
					if !e.ElideWrite {
						last = i
					}
				}
				want := stock.last.Deployment
				if how == "fold" {
					_, err = j.Fold(t.Context(), FoldInfo{})
				} else {
					// What was left out at the end is not in the file.
					want = stockReplay(t, base, run.out[:last+1])
					st = openAt(t, dir).Stack(testStack)
					_, err = st.Recover(t.Context(), l)
				}
				var broken *brokenRules
				if err != nil {
					require.ErrorAs(t, err, &broken)
				}
				got, err := st.Read(t.Context())
				require.NoError(t, err)
				require.Equal(t, lines(t, want), lines(t, got.Deployment), how)
				unlock(t, l)
			}
		})
	}
}

func stockReplay(t *testing.T, base *deploy.Snapshot, list []engine.JournalEntry) *apitype.DeploymentV3 {
	t.Helper()
	c := &captured{}
	sj, err := backend.NewSnapshotJournaler(context.Background(), c, &noSecrets{}, nil, base)
	require.NoError(t, err)
	for _, e := range list {
		_ = sj.AddJournalEntry(e)
	}
	_ = sj.Close()
	return c.last.Deployment
}

// TestEntriesReplayInSequence writes ends in another order than the engine
// numbered them, as parallel steps may.
func TestEntriesReplayInSequence(t *testing.T) {
	s, _ := openTemp(t)
	st := s.Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)
	j := begin(t, st, l)
	var e entries
	b, end := e.create(rootState())
	add(t, j, b, end)
	first, firstEnd := e.create(thing("first", 1))
	second, secondEnd := e.create(thing("second", 1, first.Operation.Resource.URN))
	add(t, j, second, first, secondEnd, firstEnd)
	_, err := j.Fold(t.Context(), FoldInfo{})
	require.NoError(t, err, "the dependent one must come after what it depends on")
	c, err := st.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, "second", c.Deployment.Resources[2].URN.Name())
}

// TestParallelStepsShareAnFsync gives many entries while a write is under way:
// they all go into the next batch.
func TestParallelStepsShareAnFsync(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)
	j := begin(t, st, l)
	var e entries
	b, _ := e.create(rootState())
	add(t, j, b)
	// As if the writer were in the middle of an fsync.
	j.mu.Lock()
	j.busy = true
	j.mu.Unlock()
	const parallel = 32
	done := make(chan error, parallel)
	for i := range parallel {
		b, _ := e.create(thing(fmt.Sprint("t", i), 1))
		go func() { done <- j.AddJournalEntry(b) }()
	}
	for queued := 0; queued < parallel; {
		j.mu.Lock()
		queued = len(j.queue)
		j.mu.Unlock()
		runtime.Gosched()
	}
	j.mu.Lock()
	j.busy = false
	j.cond.Broadcast()
	j.mu.Unlock()
	for range parallel {
		require.NoError(t, <-done)
	}
	data, err := os.ReadFile(filepath.Join(dir, st.journalKey()))
	require.NoError(t, err)
	left := readJournal(data)
	require.Len(t, left.entries, 1+parallel)
	require.EqualValues(t, 3, left.next, "one batch for the root, one for all others")
}
