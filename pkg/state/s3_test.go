package state

import (
	"context"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/process"
)

// s3Place is a bucket on loopback and a machine's folder for write-ahead files.
type s3Place struct{ url, wal string }

func newS3(t *testing.T) s3Place {
	t.Helper()
	b := s3mem.New()
	require.NoError(t, b.CreateBucket("states"))
	server := httptest.NewServer(gofakes3.New(b).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	q := url.Values{"endpoint": {server.URL}, "use_path_style": {"true"}, "region": {"eu-west-2"}}
	return s3Place{"s3://states/team?" + q.Encode(), t.TempDir()}
}

func (p s3Place) open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), p.url, WithLogDir(p.wal))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// elsewhere is the same bucket seen from another machine.
func (p s3Place) elsewhere(t *testing.T) s3Place { return s3Place{p.url, t.TempDir()} }

func TestObjectStoreHasConditionalWrites(t *testing.T) {
	s := newS3(t).open(t)
	b, ctx := s.bucket, t.Context()
	require.NoError(t, b.write(ctx, "k", []byte("1"), condition{absent: true}))
	require.ErrorIs(t, b.write(ctx, "k", []byte("2"), condition{absent: true}), errChanged)
	_, v1, err := b.read(ctx, "k")
	require.NoError(t, err)
	require.NoError(t, b.write(ctx, "k", []byte("2"), condition{version: v1}))
	require.ErrorIs(t, b.write(ctx, "k", []byte("3"), condition{version: v1}), errChanged)
	data, _, err := b.read(ctx, "k")
	require.NoError(t, err)
	assert.Equal(t, "2", string(data))
	_, _, err = b.read(ctx, "none")
	require.ErrorIs(t, err, errNotFound)
	require.NoError(t, b.remove(ctx, "none"))
}

func TestObjectStoreLocks(t *testing.T) {
	p := newS3(t)
	var wins atomic.Int32
	var group sync.WaitGroup
	var held sync.Map
	for range 8 {
		st := p.open(t).Stack(testStack)
		group.Go(func() {
			l, err := st.Lock(context.Background(), LockOptions{Owner: "ada"})
			var locked *LockedError
			if err != nil {
				assert.ErrorAs(t, err, &locked)
				return
			}
			wins.Add(1)
			held.Store(l, true)
		})
	}
	group.Wait()
	assert.EqualValues(t, 1, wins.Load())
	held.Range(func(l, _ any) bool { unlock(t, l.(*Lease)); return true })
}

func TestObjectStoreLeaseIsTakenOverByOneOnly(t *testing.T) {
	p := newS3(t)
	s := p.open(t)
	first, err := s.Stack(testStack).Lock(t.Context(), LockOptions{})
	require.NoError(t, err)
	// It stops renewing, and its time is over on everybody's clock.
	first.stop()
	<-first.stopped
	f := first.file
	fields := *f.Lease
	fields.Expires, fields.Process = time.Now().Add(-time.Hour), process.Identity{}
	f.Lease = &fields
	data, err := f.encode()
	require.NoError(t, err)
	require.NoError(t, s.bucket.write(t.Context(), s.Stack(testStack).leaseKey(), data, condition{}))

	var wins atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		st := p.open(t).Stack(testStack)
		group.Go(func() {
			if _, err := st.Lock(context.Background(), LockOptions{}); err == nil {
				wins.Add(1)
			}
		})
	}
	group.Wait()
	assert.EqualValues(t, 1, wins.Load())
	require.ErrorIs(t, first.Verify(t.Context()), ErrLeaseLost)
}

func TestObjectStoreApply(t *testing.T) {
	p := newS3(t)
	s := p.open(t)
	st := s.Stack(testStack)
	apply(t, st, 3)
	l := lock(t, st)
	require.NoError(t, st.AddHistory(t.Context(), backend.UpdateInfo{Kind: "update", Result: backend.SucceededResult}))
	unlock(t, l)

	other := p.elsewhere(t).open(t)
	c, err := other.Stack(testStack).Read(t.Context())
	require.NoError(t, err)
	assert.Len(t, c.Deployment.Resources, 4)
	list, err := other.Stacks(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, 3, list[0].Resources)
	assert.False(t, list[0].Journal)
	assert.Nil(t, list[0].Lock)
	history, err := other.Stack(testStack).History(t.Context(), Page{})
	require.NoError(t, err)
	assert.Len(t, history, 1)

	left, err := filepath.Glob(filepath.Join(p.wal, "*", "*", "*"))
	require.NoError(t, err)
	assert.Empty(t, left, "write-ahead files must not stay")
	keys, err := s.bucket.list(t.Context(), st.segmentsDir()+"/")
	require.NoError(t, err)
	assert.Empty(t, keys)
}

// abandon leaves an operation as a process that was killed would, with what its
// journal has in the store.
func abandon(t *testing.T, p s3Place, uploaded bool) {
	t.Helper()
	st := p.open(t).Stack(testStack)
	l := lock(t, st)
	j := begin(t, st, l)
	var e entries
	b, end := e.create(rootState())
	add(t, j, b, end)
	for _, name := range []string{"a", "b"} {
		b, end := e.create(thing(name, 1))
		add(t, j, b, end)
	}
	sink := j.log.(*segmentSink)
	if uploaded {
		require.NoError(t, sink.close())
	}
	b, _ = e.create(thing("unfinished", 1))
	require.NoError(t, sink.wal.append(t.Context(), j.batch+1, [][]byte{encodeEntry(t, b)}, true))
	if !uploaded {
		close(sink.stop)
		<-sink.stopped
		require.NoError(t, st.removeSegments(t.Context(), l.ID(), sink.segments))
	}
	l.stop()
	<-l.stopped
	require.NoError(t, st.Unlock(t.Context()))
}

func TestObjectStoreRecovery(t *testing.T) {
	t.Run("on the machine that ran it", func(t *testing.T) {
		p := newS3(t)
		abandon(t, p, true)
		r := recoverAt(t, p)
		assert.Equal(t, 7, r.Entries, "the write-ahead file has more than the store")
		assert.Equal(t, 1, r.Pending)
		assert.Nil(t, recoverAt(t, p))
	})
	t.Run("on another machine", func(t *testing.T) {
		p := newS3(t)
		abandon(t, p, true)
		other := p.elsewhere(t)
		r := recoverAt(t, other)
		assert.Equal(t, 6, r.Entries)
		assert.Nil(t, recoverAt(t, other))
		// The first machine learns what the store did not have.
		r = recoverAt(t, p)
		require.NotNil(t, r)
		assert.Zero(t, r.Entries)
		assert.Equal(t, []string{string(thing("unfinished", 1).URN)}, r.Unknown)
		assert.Nil(t, recoverAt(t, p))
	})
	t.Run("before anything was uploaded", func(t *testing.T) {
		p := newS3(t)
		abandon(t, p, false)
		r := recoverAt(t, p)
		assert.Equal(t, 7, r.Entries)
	})
	t.Run("with a part missing", func(t *testing.T) {
		p := newS3(t)
		abandon(t, p, true)
		s := p.open(t)
		st := s.Stack(testStack)
		keys, err := s.bucket.list(t.Context(), st.segmentsDir()+"/")
		require.NoError(t, err)
		data, _, err := s.bucket.read(t.Context(), keys[0].key)
		require.NoError(t, err)
		require.NoError(t, s.bucket.write(t.Context(), strings.Replace(keys[0].key, "-000001", "-000099", 1), data, condition{}))
		l := lock(t, p.elsewhere(t).open(t).Stack(testStack))
		_, err = l.st.Recover(t.Context(), l)
		require.ErrorContains(t, err, "a part of the journal is missing")
		r, err := l.st.Recover(t.Context(), l, ForceRecovery())
		require.NoError(t, err)
		assert.NotEmpty(t, r.Kept)
		unlock(t, l)
	})
}

func recoverAt(t *testing.T, p s3Place) *Recovery {
	t.Helper()
	st := p.open(t).Stack(testStack)
	l := lock(t, st)
	defer unlock(t, l)
	r, err := st.Recover(t.Context(), l)
	require.NoError(t, err)
	return r
}
