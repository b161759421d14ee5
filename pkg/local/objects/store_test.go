package objects

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// fixed is a set of buckets.
type fixed []Bucket

func (f fixed) Buckets() ([]Bucket, error) { return f, nil }

func (f fixed) Bucket(name string) (*Bucket, error) {
	for _, b := range f {
		if b.Name == name {
			return &b, nil
		}
	}
	return nil, nil
}

func open(t *testing.T, buckets ...Bucket) (*Store, string) {
	folder := filepath.Join(t.TempDir(), "buckets")
	s, err := New(folder, fixed(buckets))
	require.NoError(t, err)
	return s, folder
}

func put(t *testing.T, s *Store, key, content string) Object {
	o, err := s.Put("b", key, Attributes{}, strings.NewReader(content))
	require.NoError(t, err)
	return o
}

func TestFilesAreObjects(t *testing.T) {
	s, folder := open(t, Bucket{Name: "b"})
	o := put(t, s, "day=1/x.csv", "hello")
	assert.Equal(t, "5d41402abc4b2a76b9719d911017c592", o.MD5)
	assert.Equal(t, "mnG7TA==", o.CRC32C)
	text, err := os.ReadFile(filepath.Join(folder, "b", "day=1", "x.csv"))
	require.NoError(t, err)
	assert.Equal(t, "hello", string(text))

	// A person's file is an object, and one that a person changed is a new one.
	require.NoError(t, os.WriteFile(filepath.Join(folder, "b", "copied.txt"), []byte("1"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "b", "day=1", "x.csv"), []byte("other"), 0o600))
	keys, err := s.Keys("b", "")
	require.NoError(t, err)
	assert.Equal(t, []string{"copied.txt", "day=1/x.csv"}, keys)
	changed, err := s.Stat("b", "day=1/x.csv")
	require.NoError(t, err)
	assert.NotEqual(t, o.MD5, changed.MD5)
	assert.NotEqual(t, o.Generation(), changed.Generation())

	_, err = s.Stat("absent", "x")
	require.ErrorIs(t, err, ErrNoBucket)
	_, err = s.Stat("b", "x")
	require.ErrorIs(t, err, ErrNotFound)
	_, err = s.Stat("b", strings.Repeat("x", 300))
	require.ErrorIs(t, err, ErrKey)
}

// A key that is also the beginning of another keeps its object, whichever came first.
func TestFolderAndObject(t *testing.T) {
	for _, order := range [][]string{{"a", "a/b"}, {"a/b", "a"}} {
		s, folder := open(t, Bucket{Name: "b"})
		for _, key := range order {
			put(t, s, key, key)
		}
		keys, err := s.Keys("b", "")
		require.NoError(t, err)
		assert.Equal(t, []string{"a", "a/b"}, keys)
		for _, key := range keys {
			_, f, err := s.Open("b", key)
			require.NoError(t, err)
			text, err := io.ReadAll(f)
			require.NoError(t, err)
			require.NoError(t, f.Close())
			assert.Equal(t, key, string(text))
		}
		_, err = s.Delete("b", "a/b", nil)
		require.NoError(t, err)
		assert.NoDirExists(t, filepath.Join(folder, "b", "a"))
	}
}

func TestKeysStayInside(t *testing.T) {
	s, folder := open(t, Bucket{Name: "b"})
	for _, key := range []string{"../../escape", "/escape", "..", "x/../../../escape", ".meta"} {
		put(t, s, key, key)
		o, err := s.Stat("b", key)
		require.NoError(t, err)
		assert.Equal(t, int64(len(key)), o.Size)
	}
	outside, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(folder, ".meta"), filepath.Join(folder, "b")}, outside)
	up, err := filepath.Glob(filepath.Join(filepath.Dir(folder), "*"))
	require.NoError(t, err)
	assert.Len(t, up, 1)

	// A link that a person made is no object, and leads nobody out.
	require.NoError(t, os.Symlink(filepath.Dir(folder), filepath.Join(folder, "b", "link")))
	_, err = s.Put("b", "link/out", Attributes{}, strings.NewReader("x"))
	require.Error(t, err)
	assert.NoFileExists(t, filepath.Join(filepath.Dir(folder), "out"))
}

func TestRefusedCommitLeavesNothing(t *testing.T) {
	s, folder := open(t, Bucket{Name: "b"})
	o := put(t, s, "x", "first")
	w, err := s.Create("b")
	require.NoError(t, err)
	_, err = w.Write([]byte("second"))
	require.NoError(t, err)
	_, err = w.Commit("x", Attributes{}, func(present *Object) error {
		assert.Equal(t, o.Generation(), present.Generation())
		return os.ErrPermission
	})
	require.ErrorIs(t, err, os.ErrPermission)
	present, err := s.Stat("b", "x")
	require.NoError(t, err)
	assert.Equal(t, o.MD5, present.MD5)
	left, err := os.ReadDir(filepath.Join(folder, ".meta", "b", "incoming"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// Generations rise, also when the clock stands still.
func TestGenerations(t *testing.T) {
	s, _ := open(t, Bucket{Name: "b", Versioned: true})
	at := time.Now()
	s.now = func() time.Time { return at }
	first, second := put(t, s, "x", "1"), put(t, s, "x", "2")
	assert.Greater(t, second.Generation(), first.Generation())
	o, f, err := s.OpenVersion("b", "x", func(o Object) bool { return o.Generation() == first.Generation() })
	require.NoError(t, err)
	require.NoError(t, f.Close())
	assert.Equal(t, first.MD5, o.MD5)
	changed, err := s.Change("b", "x", func(o *Object) error { o.Metadata = map[string]string{"Who": "me"}; return nil })
	require.NoError(t, err)
	assert.Equal(t, int64(1), changed.Changes)
	assert.Equal(t, second.Generation(), changed.Generation())
	again, err := s.Stat("b", "x")
	require.NoError(t, err)
	assert.Equal(t, changed, again)
}

// What is left of a bucket of the same name is not the new one's.
func TestBucketMadeAgain(t *testing.T) {
	born := time.Now()
	s, folder := open(t, Bucket{Name: "b", Created: born})
	_, err := s.Put("b", "x", Attributes{Metadata: map[string]string{"k": "v"}}, strings.NewReader("1"))
	require.NoError(t, err)
	again, err := New(folder, fixed{{Name: "b", Created: born.Add(time.Second)}})
	require.NoError(t, err)
	o, err := again.Stat("b", "x")
	require.NoError(t, err)
	assert.Empty(t, o.Metadata)
}

// Several stores come to a new bucket at one time, as the stacks of an environment
// do. None takes away what another has written.
func TestStoresOfOneNewBucket(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "buckets")
	for round := range 20 {
		bucket := fixed{{Name: "b", Created: time.Unix(int64(round), 0)}}
		var group errgroup.Group
		for i := range 8 {
			s, err := New(folder, bucket)
			require.NoError(t, err)
			group.Go(func() error {
				_, err := s.Put("b", strconv.Itoa(i), Attributes{Metadata: map[string]string{"n": strconv.Itoa(i)}}, strings.NewReader("x"))
				return err
			})
		}
		require.NoError(t, group.Wait())
		s, err := New(folder, bucket)
		require.NoError(t, err)
		for i := range 8 {
			o, err := s.Stat("b", strconv.Itoa(i))
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"n": strconv.Itoa(i)}, o.Metadata)
		}
	}
}
