package state

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkApply creates n resources with 16 steps at a time, and folds.
func BenchmarkApply(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				benchApply(b, n)
			}
		})
	}
}

func benchApply(b *testing.B, n int) {
	s, _ := openTemp(b)
	st := s.Stack(testStack)
	l := lock(b, st)
	j := begin(b, st, l)
	var e entries
	first, end := e.create(rootState())
	add(b, j, first, end)
	var mu sync.Mutex
	var group sync.WaitGroup
	for w := range 16 {
		group.Go(func() {
			for i := w; i < n; i += 16 {
				mu.Lock()
				first, end := e.create(thing(fmt.Sprint("t", i), 1))
				mu.Unlock()
				require.NoError(b, j.AddJournalEntry(first))
				require.NoError(b, j.AddJournalEntry(end))
			}
		})
	}
	group.Wait()
	_, err := j.Fold(b.Context(), FoldInfo{})
	require.NoError(b, err)
	unlock(b, l)
}

// BenchmarkFold folds one change into a state of n resources.
func BenchmarkFold(b *testing.B) {
	for _, n := range []int{1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, _ := openTemp(b)
			st := s.Stack(testStack)
			l := lock(b, st)
			seedState(b, st, l, baseSnapshot(n))
			version := 1
			for b.Loop() {
				version++
				j := begin(b, st, l)
				var e entries
				first, end := e.same(rootState(), 0)
				add(b, j, first, end)
				old := int64(1)
				first, end = e.create(thing("old0", version))
				end.RemoveOld = &old
				add(b, j, first, end)
				changed, err := j.Fold(b.Context(), FoldInfo{})
				require.NoError(b, err)
				require.True(b, changed)
			}
			unlock(b, l)
		})
	}
}
