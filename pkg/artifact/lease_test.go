package artifact

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
)

// Two deploys at once: one works, the other is told who has the prefix.
func TestTwoAtOnce(t *testing.T) {
	s, to := setup(t)
	first, second := build(t, s, "01", two("1")), build(t, s, "02", two("2"))
	within, goOn := make(chan struct{}), make(chan struct{})
	slow := to
	slow.Bucket = waiting{to.Bucket, to.Prefix + "raw/orders/orders.py", within, goOn}
	done := make(chan error)
	go func() {
		_, err := s.Deploy(context.Background(), first, slow, DeployOptions{By: "ana@laptop"})
		done <- err
	}()
	<-within
	_, err := s.Deploy(t.Context(), second, to, DeployOptions{By: "ben@ci"})
	var held *HeldError
	require.ErrorAs(t, err, &held)
	require.ErrorContains(t, err, "gs://composer/dags/dop_example/: someone else is deploying here\n  ana@laptop (process ")
	require.ErrorContains(t, err, "has been deploying "+first)
	for name, text := range live(t, to) {
		assert.NotContains(t, text, "2", name)
	}

	waited := make(chan error)
	go func() {
		_, err := s.Deploy(context.Background(), second, to, DeployOptions{By: "ben@ci", Wait: time.Hour})
		waited <- err
	}()
	close(goOn)
	require.NoError(t, <-done)
	require.NoError(t, <-waited, "who waits has its turn")
	assert.Contains(t, live(t, to)["dags/dop_example/raw/orders/orders.py"], "# 2")
}

// waiting stops before an object is written until it is told to go on.
type waiting struct {
	bucket.Bucket
	name         string
	within, goOn chan struct{}
}

func (w waiting) Write(ctx context.Context, name string, data []byte, generation int64) (bucket.Object, error) {
	if name == w.name {
		close(w.within)
		<-w.goOn
	}
	return w.Bucket.Write(ctx, name, data, generation)
}

// Of many that come at once, one has the lease at a time.
func TestOneLease(t *testing.T) {
	folder := t.TempDir()
	var inside, most, got atomic.Int32
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			_, to := open(folder)
			_, l, err := acquire(t.Context(), to.Bucket, to.Prefix, holder{By: "x"}, DeployOptions{Wait: time.Hour}.complete())
			if !assert.NoError(t, err) {
				return
			}
			got.Add(1)
			most.Store(max(most.Load(), inside.Add(1)))
			inside.Add(-1)
			assert.NoError(t, l.release(t.Context()))
		})
	}
	group.Wait()
	assert.EqualValues(t, 12, got.Load())
	assert.EqualValues(t, 1, most.Load())
}
