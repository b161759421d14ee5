package engine_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/state"
)

// held is a provider whose creates wait until they are let go.
type held struct {
	plugin.Provider
	begun   func()
	release <-chan struct{}
}

func (h held) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	h.begun()
	<-h.release
	return h.Provider.Create(ctx, r)
}

// hold makes creates wait. It returns what is closed when the first has begun,
// what lets them all go, and how many have begun.
func (b *bench) hold() (begun <-chan struct{}, release func(), count *atomic.Int32) {
	first, let := make(chan struct{}), make(chan struct{})
	count = &atomic.Int32{}
	var once sync.Once
	inner := b.Providers.InProcess["aws"]
	b.Providers.InProcess["aws"] = func() (plugin.Provider, error) {
		p, err := inner()
		return held{Provider: p, release: let, begun: func() {
			count.Add(1)
			once.Do(func() { close(first) })
		}}, err
	}
	return first, sync.OnceFunc(func() {
		b.Providers.InProcess["aws"] = inner
		close(let)
	}), count
}

// The first interrupt starts nothing new, finishes what runs, and saves it.
func TestCancelSavesWhatRuns(t *testing.T) {
	b := newBench(t)
	begun, release, count := b.hold()
	cancel := make(chan struct{})
	go func() {
		<-begun
		close(cancel)
		release()
	}()
	s := stackOf(t, groups(30, "a", "b", "c", "d", "e", "f"))
	_, err := b.Apply(t.Context(), s, engine.Options{Parallel: 1, Cancel: cancel})
	require.ErrorIs(t, err, engine.ErrCancelled)
	require.Less(t, int(count.Load()), 6, "no new work started")
	require.Len(t, b.names(t), int(count.Load()), "what had begun was finished")

	summary, err := b.Store.Stacks(t.Context())
	require.NoError(t, err)
	require.False(t, summary[0].Journal, "the journal is folded")
	require.Nil(t, summary[0].Lock, "the lease is given back")

	result := b.apply(t, s, engine.Options{})
	require.Equal(t, []string{"a", "b", "c", "d", "e", "f"}, b.names(t))
	require.Nil(t, result.Recovered)
}

// The second ends at once. What was under way is in the journal, and the next
// run finds out what became of it.
func TestTerminateKeepsTheJournal(t *testing.T) {
	b := newBench(t)
	begun, release, _ := b.hold()
	ctx, terminate := context.WithCancel(t.Context())
	defer terminate()
	go func() {
		<-begun
		terminate()
	}()
	s := stackOf(t, groups(30, "a", "b", "c"))
	_, err := b.Apply(ctx, s, engine.Options{Parallel: 1})
	require.ErrorIs(t, err, engine.ErrTerminated)

	summary, err := b.Store.Stacks(t.Context())
	require.NoError(t, err)
	if len(summary) > 0 {
		require.Nil(t, summary[0].Lock, "the lease is given back")
	}
	release() // the create that was under way takes effect after all
	require.Eventually(t, func() bool { return len(b.names(t)) > 0 }, 10*time.Second, 10*time.Millisecond)

	planned, err := b.Plan(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	require.NotNil(t, planned.Recovered, "a plan takes the journal up too, so that it shows what apply would do")
	require.Equal(t, 2, planned.Changes[deploy.OpCreate], "what had been created is not created again: %v", planned.Changes)
	b.apply(t, s, engine.Options{})
	require.Equal(t, []string{"a", "b", "c"}, b.names(t))
	again := b.apply(t, s, engine.Options{})
	require.False(t, again.HasChanges())
}

// A lease that someone broke stops the operation; nothing is written after it.
func TestLostLeaseStopsTheOperation(t *testing.T) {
	b := newBench(t)
	begun, release, _ := b.hold()
	broken := make(chan error, 1)
	go func() {
		<-begun
		broken <- b.Store.Stack("test").Unlock(t.Context())
		release()
	}()
	_, err := b.Apply(t.Context(), stackOf(t, groups(30, "a", "b", "c")), engine.Options{Parallel: 1})
	require.NoError(t, <-broken)
	require.ErrorIs(t, err, state.ErrLeaseLost)

	b.apply(t, stackOf(t, groups(30, "a", "b", "c")), engine.Options{})
	require.Equal(t, []string{"a", "b", "c"}, b.names(t))
}
