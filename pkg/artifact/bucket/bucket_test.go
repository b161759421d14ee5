package bucket

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/storage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
)

// fixed is a set of buckets.
type fixed []objects.Bucket

func (f fixed) Buckets() ([]objects.Bucket, error) { return f, nil }

func (f fixed) Bucket(name string) (*objects.Bucket, error) {
	for _, b := range f {
		if b.Name == name {
			return &b, nil
		}
	}
	return nil, nil
}

func store(t *testing.T, folder string) *objects.Store {
	s, err := objects.New(folder, fixed{{Name: "plain", Created: time.Unix(1, 0)}, {Name: "kept", Created: time.Unix(1, 0), Versioned: true}})
	require.NoError(t, err)
	return s
}

// both runs a test with a bucket of the local cloud, and with Cloud Storage's own
// client against the local cloud's server.
func both(t *testing.T, test func(t *testing.T, open func(name string) Bucket)) {
	t.Run("local", func(t *testing.T) {
		folder := t.TempDir()
		test(t, func(name string) Bucket { return NewLocal(store(t, folder), name) })
	})
	t.Run("google", func(t *testing.T) {
		endpoint, err := gcs.Start(store(t, t.TempDir()), gcs.Listener{Missing: func(string) {}, Created: func(gcs.Object) {}})
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, endpoint.Close()) })
		t.Setenv("STORAGE_EMULATOR_HOST", endpoint.URL)
		client, err := storage.NewClient(context.Background())
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, client.Close()) })
		test(t, func(name string) Bucket { return NewGoogle(client, name) })
	})
}

func TestBucket(t *testing.T) {
	both(t, func(t *testing.T, open func(string) Bucket) {
		for _, name := range []string{"plain", "kept"} {
			t.Run(name, func(t *testing.T) { life(t, open(name)) })
		}
	})
}

// life is everything that can be done with an object.
func life(t *testing.T, b Bucket) {
	ctx := t.Context()
	const name = "dags/dop_a/raw/orders/sql/Größe 1.sql"
	_, err := b.Stat(ctx, name)
	require.ErrorIs(t, err, ErrNotFound)
	_, _, err = b.Read(ctx, name, 10)
	require.ErrorIs(t, err, ErrNotFound)
	require.ErrorIs(t, b.Delete(ctx, name, 7), ErrNotFound)

	first, err := b.Write(ctx, name, []byte("select 1"), 0)
	require.NoError(t, err)
	assert.Equal(t, name, first.Name)
	assert.True(t, first.Is([]byte("select 1")))
	assert.False(t, first.Is([]byte("select 2")))
	_, err = b.Write(ctx, name, []byte("select 2"), 0)
	require.ErrorIs(t, err, ErrChanged, "there is one already")
	second, err := b.Write(ctx, name, []byte("select 2"), first.Generation)
	require.NoError(t, err)
	assert.NotEqual(t, first.Generation, second.Generation)
	_, err = b.Write(ctx, name, []byte("select 3"), first.Generation)
	require.ErrorIs(t, err, ErrChanged)
	require.ErrorIs(t, b.Delete(ctx, name, first.Generation), ErrChanged)

	data, o, err := b.Read(ctx, name, 8)
	require.NoError(t, err)
	assert.Equal(t, "select 2", string(data))
	assert.Equal(t, second.Generation, o.Generation)
	var large *TooLargeError
	_, _, err = b.Read(ctx, name, 7)
	require.ErrorAs(t, err, &large)

	for _, other := range []string{"dags/dop_a.py", "dags/dop_a/x.py", "dags/dop_b/y.py"} {
		_, err := b.Write(ctx, other, nil, 0)
		require.NoError(t, err)
	}
	names := func(prefix string) (names []string) {
		found, err := b.List(ctx, prefix)
		require.NoError(t, err)
		for _, o := range found {
			names = append(names, o.Name)
			assert.NotZero(t, o.Generation)
			assert.NotEmpty(t, o.MD5)
			assert.False(t, o.Updated.IsZero())
		}
		return names
	}
	assert.Equal(t, []string{name, "dags/dop_a/x.py"}, names("dags/dop_a/"))
	assert.Empty(t, names("dags/dop_c/"))
	folders, beside, err := b.Folder(ctx, "dags/")
	require.NoError(t, err)
	assert.Equal(t, []string{"dop_a", "dop_b"}, folders)
	require.Len(t, beside, 1)
	assert.Equal(t, "dags/dop_a.py", beside[0].Name)

	require.NoError(t, b.Delete(ctx, name, second.Generation))
	_, err = b.Stat(ctx, name)
	require.ErrorIs(t, err, ErrNotFound)
	again, err := b.Write(ctx, name, []byte("select 4"), 0)
	require.NoError(t, err)
	assert.NotContains(t, []int64{first.Generation, second.Generation}, again.Generation)
}

// Of many that write one object at a time, one does.
func TestOneOfMany(t *testing.T) {
	both(t, func(t *testing.T, open func(string) Bucket) {
		var won atomic.Int32
		var group sync.WaitGroup
		for range 8 {
			b := open("plain") // as another process has it: another store of the same folder
			group.Go(func() {
				_, err := b.Write(t.Context(), "lock", []byte(time.Now().String()), 0)
				if err == nil {
					won.Add(1)
				} else {
					assert.ErrorIs(t, err, ErrChanged)
				}
			})
		}
		group.Wait()
		assert.EqualValues(t, 1, won.Load())
	})
}

func TestNoBucket(t *testing.T) {
	both(t, func(t *testing.T, open func(string) Bucket) {
		b := open("absent")
		_, err := b.List(t.Context(), "")
		require.ErrorIs(t, err, ErrNoBucket)
		_, _, err = b.Folder(t.Context(), "")
		require.ErrorIs(t, err, ErrNoBucket)
		assert.Equal(t, "gs://absent", b.URL())
	})
}

// A cancelled context writes nothing.
func TestCancelled(t *testing.T) {
	both(t, func(t *testing.T, open func(string) Bucket) {
		b := open("plain")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := b.Write(ctx, "a", []byte("x"), 0)
		require.Error(t, err)
		_, err = b.Stat(t.Context(), "a")
		require.ErrorIs(t, err, ErrNotFound)
	})
}

// A larger object goes in one piece and comes back.
func TestLarge(t *testing.T) {
	both(t, func(t *testing.T, open func(string) Bucket) {
		data := []byte(strings.Repeat("0123456789", 100_000))
		o, err := open("plain").Write(t.Context(), filepath.ToSlash("dbt/x/manifest.json"), data, 0)
		require.NoError(t, err)
		assert.True(t, o.Is(data))
		read, _, err := open("plain").Read(t.Context(), o.Name, MaxObject)
		require.NoError(t, err)
		assert.True(t, o.Is(read))
	})
}
