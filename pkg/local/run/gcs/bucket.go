package gcs

import (
	"net/http"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

var errManaged = refuse(http.StatusForbidden, "forbidden", "Buckets of the local cloud are created, changed and deleted by applying a stack.")

// bucketResource is https://cloud.google.com/storage/docs/json_api/v1/buckets#resource, as far as dorc knows.
func bucketResource(b objects.Bucket) map[string]any {
	made := timestamp(b.Created)
	out := map[string]any{
		"kind": "storage#bucket", "id": b.Name, "name": b.Name, "timeCreated": made, "updated": made,
		"metageneration": "1", "etag": "CAE=", "storageClass": "STANDARD", "locationType": "region",
		"iamConfiguration": map[string]any{
			"publicAccessPrevention":   "enforced",
			"uniformBucketLevelAccess": map[string]any{"enabled": true},
		},
		"versioning": map[string]any{"enabled": b.Versioned},
	}
	if b.Location != "" {
		out["location"] = b.Location
	}
	return out
}

func (a *api) listBuckets() (any, error) {
	all, err := a.store.Buckets()
	if err != nil {
		return nil, err
	}
	items := make([]any, len(all))
	for i, b := range all {
		items[i] = bucketResource(b)
	}
	return map[string]any{"kind": "storage#buckets", "items": items}, nil
}

func (a *api) getBucket(name string) (any, error) {
	b, err := a.store.Bucket(name)
	if err == nil && b == nil {
		err = noBucket(name) // it was asked whether there is one
	}
	if err != nil {
		return nil, err
	}
	return bucketResource(*b), nil
}
