package run

import (
	"errors"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// googleBuckets tells the Cloud Storage endpoint which buckets of Google Cloud are applied.
type googleBuckets struct{ documents Documents }

// Buckets lists the applied buckets.
func (b googleBuckets) Buckets() ([]objects.Bucket, error) {
	docs, err := b.documents.List(typeGoogleBucket)
	if err != nil {
		return nil, err
	}
	out := make([]objects.Bucket, len(docs))
	for i, doc := range docs {
		out[i] = googleBucket(doc)
	}
	return out, nil
}

// Bucket returns an applied bucket, or nil.
func (b googleBuckets) Bucket(name string) (*objects.Bucket, error) {
	if name == "" {
		return nil, nil
	}
	doc, err := b.documents.Get(typeGoogleBucket, name)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	bucket := googleBucket(doc)
	return &bucket, nil
}

func googleBucket(doc *cloud.Document) objects.Bucket {
	return objects.Bucket{Name: doc.ID, Created: doc.Created, Location: text(doc, "location"), Versioned: truth(doc, "versioning", "enabled")}
}
