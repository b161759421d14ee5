package s3

import (
	"errors"

	"github.com/johannesboyne/gofakes3"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// DeleteObject deletes an object; a versioned bucket keeps it and gets a delete marker.
// It is no error when there is none.
func (b *backend) DeleteObject(bucket, key string) (gofakes3.ObjectDeleteResult, error) {
	marker, err := b.store.Delete(bucket, key, nil)
	if err != nil {
		return gofakes3.ObjectDeleteResult{}, coded(err, bucket, key)
	}
	return gofakes3.ObjectDeleteResult{IsDeleteMarker: marker.Deleted, VersionID: gofakes3.VersionID(marker.VersionID)}, nil
}

// DeleteObjectVersion deletes one version for good. It is no error when there is none.
func (b *backend) DeleteObjectVersion(bucket, key string, id gofakes3.VersionID) (gofakes3.ObjectDeleteResult, error) {
	deleted, err := b.store.DeleteVersion(bucket, key, wanted(id))
	if errors.Is(err, objects.ErrNoVersion) {
		return gofakes3.ObjectDeleteResult{}, nil
	}
	if err != nil {
		return gofakes3.ObjectDeleteResult{}, coded(err, bucket, key)
	}
	return gofakes3.ObjectDeleteResult{IsDeleteMarker: deleted.Deleted, VersionID: id}, nil
}

// DeleteMulti deletes several objects and reports each.
func (b *backend) DeleteMulti(bucket string, keys ...string) (gofakes3.MultiDeleteResult, error) {
	ids := make([]gofakes3.ObjectID, len(keys))
	for i, key := range keys {
		ids[i].Key = key
	}
	return b.DeleteMultiVersions(bucket, ids...)
}

// DeleteMultiVersions deletes several objects, or versions where one is named, and reports each.
func (b *backend) DeleteMultiVersions(bucket string, ids ...gofakes3.ObjectID) (gofakes3.MultiDeleteResult, error) {
	var out gofakes3.MultiDeleteResult
	for _, id := range ids {
		var err error
		if id.VersionID == "" {
			_, err = b.DeleteObject(bucket, id.Key)
		} else {
			_, err = b.DeleteObjectVersion(bucket, id.Key, gofakes3.VersionID(id.VersionID))
		}
		if gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchBucket) {
			return out, err
		}
		if err != nil {
			result := gofakes3.ErrorResultFromError(err)
			result.Key = id.Key
			out.Error = append(out.Error, result)
			continue
		}
		out.Deleted = append(out.Deleted, id)
	}
	return out, nil
}

// CopyObject copies the latest version of an object.
func (b *backend) CopyObject(srcBucket, srcKey, dstBucket, dstKey string, headers map[string]string) (gofakes3.CopyObjectResult, error) {
	var out gofakes3.CopyObjectResult
	source, err := b.GetObject(srcBucket, srcKey, nil)
	if err != nil {
		return out, err
	}
	o, err := b.put(dstBucket, dstKey, headers, source.Contents, source.Size, nil)
	if err = unjoin(errors.Join(err, source.Contents.Close())); err != nil {
		return out, err
	}
	o.Reason = "CopyObject"
	b.created(o)
	return gofakes3.CopyObjectResult{ETag: `"` + o.ETag + `"`, LastModified: gofakes3.NewContentTime(b.now())}, nil
}
