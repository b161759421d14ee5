package s3

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/johannesboyne/gofakes3"
)

// Bucket is an applied bucket.
type Bucket struct {
	Name string
	// Created tells a bucket from an earlier one of its name.
	Created time.Time
	// Versioned is true when versioning is enabled.
	Versioned bool
}

// Buckets tells which buckets exist. It is asked for every request.
type Buckets interface {
	Buckets() ([]Bucket, error)
	// Bucket returns a bucket, or nil when it does not exist.
	Bucket(name string) (*Bucket, error)
}

// Object is an object that was created.
type Object struct {
	Bucket, Key, ETag, VersionID string
	Size                         int64
	// Reason is the request, as EventBridge names it: PutObject, CopyObject, CompleteMultipartUpload.
	Reason string
}

// backend keeps objects as files. It implements gofakes3's interfaces.
type backend struct {
	folder  string
	buckets Buckets
	created func(Object)
	now     func() time.Time
	// mu guards the files: requests are few and short beside the handlers that make them.
	mu sync.RWMutex
}

var (
	_ gofakes3.Backend          = (*backend)(nil)
	_ gofakes3.VersionedBackend = (*backend)(nil)
)

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

// open opens a bucket's folders. Callers hold the lock.
func (b *backend) open(name string) (*space, error) {
	bucket, err := b.buckets.Bucket(name)
	if err != nil {
		return nil, err
	}
	if bucket == nil {
		return nil, gofakes3.BucketNotFound(name)
	}
	objects, meta := filepath.Join(b.folder, name), filepath.Join(b.folder, ".meta", name)
	if err := b.renew(*bucket, meta); err != nil {
		return nil, err
	}
	s := &space{bucket: *bucket}
	for _, f := range []struct {
		path string
		root **os.Root
	}{{objects, &s.objects}, {meta, &s.meta}} {
		if err := os.MkdirAll(f.path, 0o755); err != nil {
			return nil, err
		}
		if *f.root, err = os.OpenRoot(f.path); err != nil {
			return nil, err
		}
	}
	return s, nil
}

const bornFile = "created"

// renew removes what is left of an earlier bucket of the same name.
func (b *backend) renew(bucket Bucket, meta string) error {
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

// ListBuckets lists the applied buckets.
func (b *backend) ListBuckets() ([]gofakes3.BucketInfo, error) {
	all, err := b.buckets.Buckets()
	if err != nil {
		return nil, err
	}
	out := make([]gofakes3.BucketInfo, len(all))
	for i, bucket := range all {
		out[i] = gofakes3.BucketInfo{Name: bucket.Name, CreationDate: gofakes3.NewContentTime(bucket.Created)}
	}
	return out, nil
}

// BucketExists tells whether a bucket was applied.
func (b *backend) BucketExists(name string) (bool, error) {
	bucket, err := b.buckets.Bucket(name)
	return bucket != nil, err
}

var errManaged = gofakes3.ErrorMessage(gofakes3.ErrMethodNotAllowed, "buckets of the local cloud are created and deleted by applying a stack")

// CreateBucket is refused: a bucket is made by applying a stack.
func (b *backend) CreateBucket(name string) error {
	exists, err := b.BucketExists(name)
	switch {
	case err != nil:
		return err
	case exists:
		return gofakes3.ResourceError(gofakes3.ErrBucketAlreadyExists, name)
	}
	return errManaged
}

// DeleteBucket is refused: a bucket is deleted by destroying its stack.
func (b *backend) DeleteBucket(string) error { return errManaged }

// ForceDeleteBucket is refused as DeleteBucket is.
func (b *backend) ForceDeleteBucket(string) error { return errManaged }

// VersioningConfiguration tells whether the bucket keeps versions.
func (b *backend) VersioningConfiguration(name string) (gofakes3.VersioningConfiguration, error) {
	bucket, err := b.buckets.Bucket(name)
	var out gofakes3.VersioningConfiguration
	if err != nil {
		return out, err
	}
	if bucket == nil {
		return out, gofakes3.BucketNotFound(name)
	}
	if bucket.Versioned {
		out.Status = gofakes3.VersioningEnabled
	}
	return out, nil
}

// SetVersioningConfiguration is refused: it belongs to the stack.
func (b *backend) SetVersioningConfiguration(string, gofakes3.VersioningConfiguration) error {
	return errManaged
}
