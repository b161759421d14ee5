package s3

import (
	"errors"

	"github.com/johannesboyne/gofakes3"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// fold folds sorted keys by prefix and delimiter, and leaves out what comes up to the marker.
func fold(keys []string, prefix gofakes3.Prefix, marker string) []objects.Entry {
	delimiter := ""
	if prefix.HasDelimiter {
		delimiter = prefix.Delimiter
	}
	return objects.Fold(keys, prefix.Prefix, delimiter, marker)
}

// ListBucket lists objects in pages.
func (b *backend) ListBucket(bucket string, prefix *gofakes3.Prefix, page gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	if prefix == nil {
		prefix = &gofakes3.Prefix{}
	}
	keys, err := b.store.Keys(bucket, prefix.Prefix)
	if err != nil {
		return nil, coded(err, bucket, "")
	}
	out := gofakes3.NewObjectList()
	marker := ""
	if page.HasMarker {
		marker = page.Marker
	}
	for i, entry := range fold(keys, *prefix, marker) {
		if int64(i) == page.MaxKeys && !page.IsEmpty() {
			out.IsTruncated = true
			break
		}
		out.NextMarker = entry.Key
		if entry.Common {
			out.AddPrefix(entry.Key)
			continue
		}
		o, err := b.store.Stat(bucket, entry.Key)
		if errors.Is(err, objects.ErrNotFound) {
			continue // it was deleted meanwhile
		}
		if err != nil {
			return nil, coded(err, bucket, entry.Key)
		}
		out.Add(&gofakes3.Content{Key: entry.Key, LastModified: gofakes3.NewContentTime(o.Modified), ETag: `"` + o.MD5 + `"`, Size: o.Size, StorageClass: gofakes3.StorageStandard})
	}
	if !out.IsTruncated {
		out.NextMarker = ""
	}
	return out, nil
}

// ListBucketVersions lists every version of every object, newest first for each key.
func (b *backend) ListBucketVersions(bucket string, prefix *gofakes3.Prefix, page *gofakes3.ListBucketVersionsPage) (*gofakes3.ListBucketVersionsResult, error) {
	if prefix == nil {
		prefix = &gofakes3.Prefix{}
	}
	if page == nil {
		page = &gofakes3.ListBucketVersionsPage{}
	}
	keys, all, err := b.store.Versions(bucket, prefix.Prefix)
	if err != nil {
		return nil, coded(err, bucket, "")
	}
	out := gofakes3.NewListBucketVersionsResult(bucket, prefix, page)
	seen := int64(0)
	for _, entry := range fold(keys, *prefix, "") {
		if entry.Common {
			out.AddPrefix(entry.Key)
			continue
		}
		for i, m := range all[entry.Key] {
			if page.HasKeyMarker && beforeMarker(m, page) {
				continue
			}
			if page.MaxKeys > 0 && seen == page.MaxKeys {
				out.IsTruncated = true
				return out, nil
			}
			seen++
			out.NextKeyMarker, out.NextVersionIDMarker = m.Key, gofakes3.VersionID(m.VersionID)
			out.Versions = append(out.Versions, item(m, i == 0))
		}
	}
	out.NextKeyMarker, out.NextVersionIDMarker = "", ""
	return out, nil
}

// beforeMarker tells whether a version was on an earlier page.
func beforeMarker(m objects.Object, page *gofakes3.ListBucketVersionsPage) bool {
	if m.Key != page.KeyMarker {
		return m.Key < page.KeyMarker
	}
	return !page.HasVersionIDMarker || objects.Age(m.VersionID) >= objects.Age(string(page.VersionIDMarker))
}

func item(m objects.Object, latest bool) gofakes3.VersionItem {
	modified := gofakes3.NewContentTime(m.Modified)
	if m.Deleted {
		return &gofakes3.DeleteMarker{Key: m.Key, VersionID: gofakes3.VersionID(m.VersionID), IsLatest: latest, LastModified: modified}
	}
	return &gofakes3.Version{Key: m.Key, VersionID: gofakes3.VersionID(m.VersionID), IsLatest: latest, LastModified: modified,
		Size: m.Size, ETag: `"` + m.MD5 + `"`, StorageClass: gofakes3.StorageStandard}
}
