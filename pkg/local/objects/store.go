package objects

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// Bucket is an applied bucket.
type Bucket struct {
	Name string
	// Created tells a bucket from an earlier one of its name.
	Created time.Time
	// Versioned is true when versioning is enabled.
	Versioned bool
	// Location is Cloud Storage's, as "EUROPE-WEST2"; empty on AWS.
	Location string
}

// Buckets tells which buckets exist. It is asked for every request.
type Buckets interface {
	Buckets() ([]Bucket, error)
	// Bucket returns a bucket, or nil when it does not exist.
	Bucket(name string) (*Bucket, error)
}

// Store keeps objects. Its methods may be called at the same time.
type Store struct {
	folder  string
	buckets Buckets
	now     func() time.Time
	// mu guards the files: requests are few and short beside the programs that make them.
	mu sync.Mutex
}

// New makes a store of buckets whose objects are below folder; it makes the folder.
func New(folder string, buckets Buckets) (*Store, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	return &Store{folder: absolute, buckets: buckets, now: time.Now}, os.MkdirAll(absolute, 0o755)
}

// Buckets lists the applied buckets.
func (s *Store) Buckets() ([]Bucket, error) { return s.buckets.Buckets() }

// Bucket returns an applied bucket, or nil.
func (s *Store) Bucket(name string) (*Bucket, error) { return s.buckets.Bucket(name) }

// space is a bucket's folders, which no key can lead out of.
type space struct {
	bucket Bucket
	// objects has the files, meta what is beside them.
	objects, meta *os.Root
}

func (s *space) close() {
	// Both are only read through; closing them cannot lose anything.
	_ = s.objects.Close()
	_ = s.meta.Close()
}

// within runs f with a bucket's folders, alone.
func (s *Store) within(bucket string, f func(*space) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	folders, err := s.open(bucket)
	if err != nil {
		return err
	}
	defer folders.close()
	return f(folders)
}

// open opens a bucket's folders. Callers hold the lock.
func (s *Store) open(name string) (*space, error) {
	bucket, err := s.buckets.Bucket(name)
	if err != nil {
		return nil, err
	}
	if bucket == nil {
		return nil, ErrNoBucket
	}
	objects, meta := filepath.Join(s.folder, name), filepath.Join(s.folder, ".meta", name)
	if err := s.renew(*bucket, meta); err != nil {
		return nil, err
	}
	out := &space{bucket: *bucket}
	for _, f := range []struct {
		path string
		root **os.Root
	}{{objects, &out.objects}, {meta, &out.meta}} {
		if err := os.MkdirAll(f.path, 0o755); err != nil {
			return nil, err
		}
		if *f.root, err = os.OpenRoot(f.path); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const bornFile = "created"

// renew removes what is left of an earlier bucket of the same name. Of several
// stores that come to a new bucket at one time, in this process or in others, one
// does it: what the others have written meanwhile must stay.
func (s *Store) renew(bucket Bucket, meta string) error {
	born := bucket.Created.UTC().Format(time.RFC3339Nano)
	if is, err := bornAt(meta, born); is || err != nil {
		return err
	}
	// No bucket's name begins with a period.
	unlock, err := lockfile.Lock(context.Background(), filepath.Join(s.folder, ".meta", ".locks", bucket.Name))
	if err != nil {
		return err
	}
	defer unlock()
	if is, err := bornAt(meta, born); is || err != nil {
		return err
	}
	if err := os.RemoveAll(meta); err != nil {
		return err
	}
	if err := os.MkdirAll(meta, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(meta, bornFile), []byte(born), 0o644)
}

// bornAt says whether a bucket's metadata is that of the bucket which was made then.
func bornAt(meta, born string) (bool, error) {
	found, err := os.ReadFile(filepath.Join(meta, bornFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return string(found) == born, err
}
