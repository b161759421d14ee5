package run

import (
	"errors"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/s3"
)

// buckets tells the S3 endpoint which buckets are applied.
type buckets struct{ documents Documents }

// Buckets lists the applied buckets.
func (b buckets) Buckets() ([]s3.Bucket, error) {
	docs, err := b.documents.List(typeBucket)
	if err != nil {
		return nil, err
	}
	out := make([]s3.Bucket, 0, len(docs))
	for _, doc := range docs {
		bucket, err := b.describe(doc)
		if err != nil {
			return nil, err
		}
		out = append(out, *bucket)
	}
	return out, nil
}

// Bucket returns an applied bucket, or nil.
func (b buckets) Bucket(name string) (*s3.Bucket, error) {
	doc, err := b.documents.Get(typeBucket, name)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return b.describe(doc)
}

func (b buckets) describe(doc *cloud.Document) (*s3.Bucket, error) {
	bucket := &s3.Bucket{Name: doc.ID, Created: doc.Created}
	versioning, err := b.documents.Get(typeVersioning, doc.ID)
	if err != nil && !errors.Is(err, cloud.ErrNotFound) {
		return nil, err
	}
	bucket.Versioned = err == nil && text(versioning, "versioningConfiguration", "status") == "Enabled"
	return bucket, nil
}
