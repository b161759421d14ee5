package run

import (
	"errors"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// buckets tells the S3 endpoint which buckets of AWS are applied.
type buckets struct{ documents Documents }

// Buckets lists the applied buckets.
func (b buckets) Buckets() ([]objects.Bucket, error) {
	docs, err := b.documents.List(typeBucket)
	if err != nil {
		return nil, err
	}
	out := make([]objects.Bucket, 0, len(docs))
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
func (b buckets) Bucket(name string) (*objects.Bucket, error) {
	doc, err := b.documents.Get(typeBucket, name)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return b.describe(doc)
}

func (b buckets) describe(doc *cloud.Document) (*objects.Bucket, error) {
	bucket := &objects.Bucket{Name: doc.ID, Created: doc.Created}
	versioning, err := b.documents.Get(typeVersioning, doc.ID)
	if err != nil && !errors.Is(err, cloud.ErrNotFound) {
		return nil, err
	}
	bucket.Versioned = err == nil && text(versioning, "versioningConfiguration", "status") == "Enabled"
	return bucket, nil
}
