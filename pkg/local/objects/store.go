package objects

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
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
	if err := renew(*bucket, meta); err != nil {
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

// renew removes what is left of an earlier bucket of the same name.
func renew(bucket Bucket, meta string) error {
	born := bucket.Created.UTC().Format(time.RFC3339Nano)
	file := filepath.Join(meta, bornFile)
	found, err := os.ReadFile(file)
	if err == nil && string(found) == born {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(meta); err != nil {
		return err
	}
	if err := os.MkdirAll(meta, 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(born), 0o644)
}
