package s3

import (
	"errors"
	"time"

	"github.com/johannesboyne/gofakes3"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// Object is an object that was created.
type Object struct {
	Bucket, Key, ETag, VersionID string
	Size                         int64
	// Reason is the request, as EventBridge names it: PutObject, CopyObject, CompleteMultipartUpload.
	Reason string
}

// backend keeps objects as files. It implements gofakes3's interfaces.
type backend struct {
	store   *objects.Store
	created func(Object)
	now     func() time.Time
}

var (
	_ gofakes3.Backend          = (*backend)(nil)
	_ gofakes3.VersionedBackend = (*backend)(nil)
)

// coded turns an error of the store into S3's.
func coded(err error, bucket, key string) error {
	switch {
	case errors.Is(err, objects.ErrNoBucket):
		return gofakes3.BucketNotFound(bucket)
	case errors.Is(err, objects.ErrNotFound):
		return gofakes3.KeyNotFound(key)
	case errors.Is(err, objects.ErrNoVersion):
		return gofakes3.ErrNoSuchVersion
	case errors.Is(err, objects.ErrKey):
		return gofakes3.ErrorMessage(gofakes3.ErrKeyTooLong, err.Error())
	}
	return err
}

// ListBuckets lists the applied buckets.
func (b *backend) ListBuckets() ([]gofakes3.BucketInfo, error) {
	all, err := b.store.Buckets()
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
	bucket, err := b.store.Bucket(name)
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
	bucket, err := b.store.Bucket(name)
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
