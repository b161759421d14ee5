package state

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/engine"
	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

const testStack = "infra-prod"

// openTemp opens a new store in a temporary folder.
func openTemp(t testing.TB) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	return openAt(t, dir), dir
}

// openAt opens a store as another process would: it shares nothing but the files.
func openAt(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), "file://"+dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func lock(t testing.TB, st *Stack) *Lease {
	t.Helper()
	l, err := st.Lock(t.Context(), LockOptions{Owner: "ada", Operation: "apply"})
	require.NoError(t, err)
	return l
}

func unlock(t testing.TB, l *Lease) {
	t.Helper()
	require.NoError(t, l.Unlock(context.Background()))
}

func rootURN() resource.URN {
	return resource.NewURN(testStack, Project, "", resource.RootStackType, Project+"-"+testStack)
}

func rootState() *pkgresource.State {
	return &pkgresource.State{Type: resource.RootStackType, URN: rootURN()}
}

// thing is a custom resource without a provider reference.
func thing(name string, version int, deps ...resource.URN) *pkgresource.State {
	u := resource.NewURN(testStack, Project, resource.RootStackType, "test:index:Thing", name)
	return &pkgresource.State{
		Type: "test:index:Thing", URN: u, Custom: true, ID: resource.ID("id-" + name),
		Parent: rootURN(), Dependencies: deps,
		Inputs:  resource.PropertyMap{"version": resource.NewProperty(float64(version)), "html": resource.NewProperty("<a&b>")},
		Outputs: resource.PropertyMap{"version": resource.NewProperty(float64(version))},
	}
}

// entries makes the journal entries that the engine would, with their numbers.
type entries struct{ sequence, operation int64 }

func (e *entries) next(kind engine.JournalEntryKind, operation int64) engine.JournalEntry {
	e.sequence++
	return engine.JournalEntry{SequenceID: e.sequence, Kind: kind, OperationID: operation}
}

// create is the begin and the end of a creation.
func (e *entries) create(s *pkgresource.State) (begin, end engine.JournalEntry) {
	e.operation++
	op := pkgresource.NewOperation(s, pkgresource.OperationTypeCreating)
	begin = e.next(engine.JournalEntryBegin, e.operation)
	begin.Operation = &op
	end = e.next(engine.JournalEntrySuccess, e.operation)
	end.State = s
	return begin, end
}

// same is the pair of entries of a resource that stays as it is.
func (e *entries) same(s *pkgresource.State, old int64) (begin, end engine.JournalEntry) {
	e.operation++
	begin = e.next(engine.JournalEntryBegin, e.operation)
	begin.ElideWrite = true
	end = e.next(engine.JournalEntrySuccess, e.operation)
	end.State, end.RemoveOld, end.ElideWrite = s, &old, true
	return begin, end
}

func add(t testing.TB, j *Journal, list ...engine.JournalEntry) {
	t.Helper()
	for _, e := range list {
		require.NoError(t, j.AddJournalEntry(e))
	}
}

func begin(t testing.TB, st *Stack, l *Lease) *Journal {
	t.Helper()
	c, err := st.Read(t.Context())
	require.NoError(t, err)
	j, err := st.Begin(t.Context(), l, c.Deployment, nil)
	require.NoError(t, err)
	return j
}

// apply creates n things in a stack of its own lease and folds.
func apply(t testing.TB, st *Stack, n int) {
	t.Helper()
	l := lock(t, st)
	j := begin(t, st, l)
	var e entries
	b, s := e.create(rootState())
	add(t, j, b, s)
	for i := range n {
		b, s := e.create(thing(fmt.Sprint("t", i), 1))
		add(t, j, b, s)
	}
	changed, err := j.Fold(t.Context(), FoldInfo{Time: time.Unix(1700000000, 0)})
	require.NoError(t, err)
	require.True(t, changed)
	unlock(t, l)
}
