package artifact

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/process"
	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
)

// elsewhere is a process of which nothing can be known here.
var elsewhere = process.Identity{Boot: "another machine", Started: "1"}

// lock writes the lease of someone else.
func lock(t *testing.T, to Place, h holder) {
	t.Helper()
	data, err := encode(h)
	require.NoError(t, err)
	put(t, to.Bucket, to.Prefix+lockName, string(data))
}

// unlock removes it.
func unlock(t *testing.T, to Place) {
	t.Helper()
	o, err := to.Bucket.Stat(context.Background(), to.Prefix+lockName)
	require.NoError(t, err)
	require.NoError(t, to.Bucket.Delete(context.Background(), o.Name, o.Generation))
}

// take is acquire for a test; it says what it said and how long it took.
func take(t *testing.T, to Place, o DeployOptions) (ctx context.Context, l *lease, said []string, took time.Duration, err error) {
	t.Helper()
	o.Say = func(line string) { said = append(said, line) }
	began := time.Now()
	ctx, l, err = acquire(t.Context(), to.Bucket, to.Prefix, holder{By: "ana"}, o.complete())
	return ctx, l, said, time.Since(began), err
}

// A lease is taken from who has ended, by the object alone: not by two machines' clocks.
func TestTakeover(t *testing.T) {
	for name, test := range map[string]struct {
		holder holder
		wait   time.Duration
		// free says that it is taken, at once or after leaseTime.
		free, watched bool
		says          string
	}{
		"alive elsewhere":        {holder: holder{ID: "A", Expires: time.Unix(1<<34, 0)}},
		"cannot be read":         {holder: holder{}},
		"ended, its clock ahead": {holder: holder{ID: "A", Expires: time.Unix(1<<34, 0)}, wait: time.Hour, free: true, watched: true, says: "waiting for ben (process 7), who has been deploying x since "},
		"ended":                  {holder: holder{ID: "A", Expires: time.Unix(1, 0)}, free: true, watched: true, says: "ben (process 7) was deploying x and seems to have ended early; watching its lease for 1m0s to be sure, until "},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, to := setup(t)
				test.holder.By, test.holder.What, test.holder.PID, test.holder.Process = "ben", "x", 7, elsewhere
				lock(t, to, test.holder)
				_, l, said, took, err := take(t, to, DeployOptions{Wait: test.wait})
				if !test.free {
					var held *HeldError
					require.ErrorAs(t, err, &held)
					assert.Zero(t, took)
					assert.Empty(t, said)
					return
				}
				require.NoError(t, err)
				require.NoError(t, l.release(t.Context()))
				assert.InDelta(t, leaseTime, took, float64(2*pollTime))
				require.Len(t, said, 1, "it is said once")
				assert.Contains(t, said[0], test.says)
			})
		})
	}
}

// Whose process on this machine has ended is not waited for.
func TestEndedProcess(t *testing.T) {
	if process.Own() == (process.Identity{}) {
		t.Skip("processes cannot be told apart here")
	}
	synctest.Test(t, func(t *testing.T) {
		_, to := setup(t)
		lock(t, to, holder{ID: "A", By: "ben", PID: 1 << 30, Process: process.Own(), Expires: time.Now().Add(time.Hour)})
		_, l, _, took, err := take(t, to, DeployOptions{})
		require.NoError(t, err)
		assert.Zero(t, took)
		require.NoError(t, l.release(t.Context()))
	})
}

// Who is alive keeps the lease, though its clock makes it look as if it had run out.
func TestAliveWithAnotherClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, to := setup(t)
		behind := DeployOptions{Now: func() time.Time { return time.Now().Add(-time.Hour) }}
		_, first, _, _, err := take(t, to, behind)
		require.NoError(t, err)
		first.holder.Process = elsewhere
		require.True(t, first.again(t.Context()))
		_, _, said, took, err := take(t, to, DeployOptions{})
		var held *HeldError
		require.ErrorAs(t, err, &held)
		assert.Less(t, took, leaseTime, "a renewal shows that it is alive")
		assert.Len(t, said, 1)
		require.NoError(t, first.release(t.Context()))
	})
}

// ended waits until the context of a lease has ended.
func ended(t *testing.T, ctx context.Context) {
	t.Helper()
	select {
	case <-ctx.Done():
	case <-time.After(10 * leaseTime):
		require.Fail(t, "the lease goes on")
	}
}

// hanging never answers to a renewal: the client tries again without end.
type hanging struct {
	bucket.Bucket
	name string
	ok   *atomic.Int32
}

func hangAfter(b bucket.Bucket, name string, writes int32) hanging {
	h := hanging{b, name, &atomic.Int32{}}
	h.ok.Store(writes)
	return h
}

func (h hanging) Write(ctx context.Context, name string, data []byte, generation int64) (bucket.Object, error) {
	if name == h.name && h.ok.Add(-1) < 0 {
		<-ctx.Done()
		return bucket.Object{}, ctx.Err()
	}
	return h.Bucket.Write(ctx, name, data, generation)
}

// A lease that cannot be renewed ends before others may take it.
func TestRenewalHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, to := setup(t)
		to.Bucket = hangAfter(to.Bucket, to.Prefix+lockName, 3)
		began := time.Now()
		ctx, l, _, _, err := take(t, to, DeployOptions{})
		require.NoError(t, err)
		ended(t, ctx)
		var lost *LostError
		require.ErrorAs(t, context.Cause(ctx), &lost)
		assert.Equal(t, 2*renewTime+holdTime, time.Since(began), "of the last renewal that was done")
		assert.Less(t, holdTime, leaseTime)
		require.ErrorAs(t, guarded{to.Bucket, l}.Delete(t.Context(), "x", 1), &lost)
		require.NoError(t, l.release(t.Context()))
	})
}

// One renewal that hangs is given up in time for the next.
func TestOneRenewalHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, to := setup(t)
		var n atomic.Int32
		to.Bucket = before{to.Bucket, func(ctx context.Context, _ string) {
			if n.Add(1) == 2 {
				<-ctx.Done()
			}
		}}
		ctx, l, _, _, err := take(t, to, DeployOptions{})
		require.NoError(t, err)
		time.Sleep(10 * leaseTime)
		require.NoError(t, ctx.Err())
		require.NoError(t, l.release(t.Context()))
	})
}

// unanswered does what it is told and gives no answer, once.
type unanswered struct {
	bucket.Bucket
	name string
	skip *atomic.Int32
}

func (u unanswered) Write(ctx context.Context, name string, data []byte, generation int64) (bucket.Object, error) {
	o, err := u.Bucket.Write(ctx, name, data, generation)
	if name == u.name && u.skip.Add(-1) == 0 {
		return bucket.Object{}, errBroken
	}
	return o, err
}

// A renewal that was done without an answer is no loss, and leaves nothing behind.
func TestRenewalWithoutAnswer(t *testing.T) {
	for _, wait := range []time.Duration{renewTime + time.Second, 10 * leaseTime} {
		synctest.Test(t, func(t *testing.T) {
			_, to := setup(t)
			skip := &atomic.Int32{}
			skip.Store(2)
			to.Bucket = unanswered{to.Bucket, to.Prefix + lockName, skip}
			ctx, l, _, _, err := take(t, to, DeployOptions{})
			require.NoError(t, err)
			time.Sleep(wait)
			require.NoError(t, ctx.Err())
			require.NoError(t, l.release(t.Context()))
			assert.Empty(t, snapshot(t, to.Bucket, to.Prefix))
		})
	}
}

// Who lost the lease stops, says so, and leaves the other's alone.
func TestLostLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, to := setup(t)
		began := time.Now()
		ctx, l, _, _, err := take(t, to, DeployOptions{})
		require.NoError(t, err)
		unlock(t, to)
		time.Sleep(time.Millisecond) // generations of the local cloud are times
		lock(t, to, holder{ID: "B", By: "ben", Expires: time.Now().Add(time.Hour)})
		ended(t, ctx)
		var lost *LostError
		require.ErrorAs(t, context.Cause(ctx), &lost)
		require.ErrorContains(t, lost, "gs://composer/dags/dop_example/: the lease was lost while dorc was deploying")
		require.ErrorContains(t, lost, "someone else has it now")
		assert.Equal(t, renewTime, time.Since(began), "the next renewal finds it")
		require.NoError(t, l.release(t.Context()))
		left, generation, err := l.read(t.Context())
		require.NoError(t, err)
		assert.NotZero(t, generation)
		assert.Equal(t, "ben", left.By)
	})
}

// After a sleep of the machine, in which only the clock on the wall went on, nothing is
// written.
func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := setup(t)
		var slept atomic.Int64
		sleeping := to
		sleeping.Bucket = before{to.Bucket, func(_ context.Context, name string) {
			if name == to.Prefix+"raw/orders/orders.py" {
				slept.Store(int64(time.Hour))
			}
		}}
		first, second := build(t, s, "01", two("1")), build(t, s, "02", two("2"))
		deploy(t, s, to, first)
		_, err := s.Deploy(t.Context(), second, sleeping, DeployOptions{
			By: "ana", Now: func() time.Time { return time.Now().Add(time.Duration(slept.Load())) },
		})
		var lost *LostError
		require.ErrorAs(t, err, &lost)
		d, err := ReadDeployed(t.Context(), to.Bucket, to.Prefix)
		require.NoError(t, err)
		assert.Equal(t, []string{first}, d.Artifacts(), "what came after the sleep was not written")
		requireWhole(t, to)
	})
}

// before calls f before each write.
type before struct {
	bucket.Bucket
	f func(ctx context.Context, name string)
}

func (b before) Write(ctx context.Context, name string, data []byte, generation int64) (bucket.Object, error) {
	b.f(ctx, name)
	return b.Bucket.Write(ctx, name, data, generation)
}

// Of two deploys the first writes nothing more once the second has begun, though it
// cannot renew its lease and its writes take long.
func TestNoWriteWithoutLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := setup(t)
		first, second := build(t, s, "01", two("1")), build(t, s, "02", two("2"))
		var last, begun atomic.Int64
		slow := to
		slow.Bucket = before{hangAfter(to.Bucket, to.Prefix+lockName, 1), func(_ context.Context, name string) {
			if name != to.Prefix+lockName {
				last.Store(time.Now().UnixNano())
				time.Sleep(30 * time.Second)
			}
		}}
		failed := make(chan error)
		go func() {
			_, err := s.Deploy(t.Context(), first, slow, DeployOptions{By: "ana"})
			failed <- err
		}()
		time.Sleep(time.Second)
		require.Contains(t, snapshot(t, to.Bucket, "")[to.Prefix+lockName], "ana")
		done := make(chan error)
		go func() {
			other := to
			other.Bucket = before{to.Bucket, func(context.Context, string) { begun.CompareAndSwap(0, time.Now().UnixNano()) }}
			_, err := s.Deploy(t.Context(), second, other, DeployOptions{By: "ben", Wait: time.Hour})
			done <- err
		}()
		var lost *LostError
		require.ErrorAs(t, <-failed, &lost)
		require.NoError(t, <-done)
		assert.Less(t, last.Load(), begun.Load())
		assert.Contains(t, live(t, to)["dags/dop_example/raw/orders/orders.py"], "# 2")
	})
}

func TestWaitIsCancelled(t *testing.T) {
	_, to := setup(t)
	lock(t, to, holder{ID: "B", By: "ben", Expires: time.Now().Add(time.Hour)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := acquire(ctx, to.Bucket, to.Prefix, holder{By: "ana"}, DeployOptions{Wait: time.Hour}.complete())
	assert.True(t, errors.Is(err, context.Canceled), "%v", err)
}
