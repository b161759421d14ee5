package s3

import (
	"io/fs"
	"strings"

	"github.com/johannesboyne/gofakes3"
)

// listing is a list of keys folded by prefix and delimiter as S3 does.
type listing struct {
	key string
	// common is true when key is a common prefix and no object.
	common bool
}

// fold folds sorted keys and leaves out what comes up to the marker.
func fold(keys []string, prefix gofakes3.Prefix, marker string) []listing {
	var out []listing
	for _, key := range keys {
		entry := listing{key: key}
		if prefix.HasDelimiter && prefix.Delimiter != "" {
			if at := strings.Index(key[len(prefix.Prefix):], prefix.Delimiter); at >= 0 {
				entry = listing{key[:len(prefix.Prefix)+at+len(prefix.Delimiter)], true}
			}
		}
		if marker != "" && (entry.key <= marker || entry.common && strings.HasPrefix(marker, entry.key)) {
			continue
		}
		if n := len(out); n > 0 && out[n-1] == entry {
			continue
		}
		out = append(out, entry)
	}
	return out
}

// ListBucket lists objects in pages.
func (b *backend) ListBucket(bucket string, prefix *gofakes3.Prefix, page gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.open(bucket)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if prefix == nil {
		prefix = &gofakes3.Prefix{}
	}
	keys, err := s.keys(prefix.Prefix)
	if err != nil {
		return nil, err
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
		out.NextMarker = entry.key
		if entry.common {
			out.AddPrefix(entry.key)
			continue
		}
		file, info, err := s.find(entry.key)
		if err != nil {
			return nil, err
		}
		m, err := s.readMeta(entry.key, file, info)
		if err != nil {
			return nil, err
		}
		out.Add(&gofakes3.Content{Key: entry.key, LastModified: gofakes3.NewContentTime(m.Modified), ETag: `"` + m.MD5 + `"`, Size: m.Size, StorageClass: gofakes3.StorageStandard})
	}
	if !out.IsTruncated {
		out.NextMarker = ""
	}
	return out, nil
}

// ListBucketVersions lists every version of every object, newest first for each key.
func (b *backend) ListBucketVersions(bucket string, prefix *gofakes3.Prefix, page *gofakes3.ListBucketVersionsPage) (*gofakes3.ListBucketVersionsResult, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.open(bucket)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if prefix == nil {
		prefix = &gofakes3.Prefix{}
	}
	if page == nil {
		page = &gofakes3.ListBucketVersionsPage{}
	}
	all, err := s.allVersions(prefix.Prefix)
	if err != nil {
		return nil, err
	}
	out := gofakes3.NewListBucketVersionsResult(bucket, prefix, page)
	seen := int64(0)
	for _, entry := range fold(sortedKeys(all), *prefix, "") {
		if entry.common {
			out.AddPrefix(entry.key)
			continue
		}
		for i, m := range all[entry.key] {
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
func beforeMarker(m metadata, page *gofakes3.ListBucketVersionsPage) bool {
	if m.Key != page.KeyMarker {
		return m.Key < page.KeyMarker
	}
	return !page.HasVersionIDMarker || age(m.VersionID) >= age(string(page.VersionIDMarker))
}

func item(m metadata, latest bool) gofakes3.VersionItem {
	modified := gofakes3.NewContentTime(m.Modified)
	if m.Deleted {
		return &gofakes3.DeleteMarker{Key: m.Key, VersionID: gofakes3.VersionID(m.VersionID), IsLatest: latest, LastModified: modified}
	}
	return &gofakes3.Version{Key: m.Key, VersionID: gofakes3.VersionID(m.VersionID), IsLatest: latest, LastModified: modified,
		Size: m.Size, ETag: `"` + m.MD5 + `"`, StorageClass: gofakes3.StorageStandard}
}

// allVersions reads the versions of every key with a prefix, newest first.
func (s *space) allVersions(prefix string) (map[string][]metadata, error) {
	all := map[string][]metadata{}
	keys, err := s.keys(prefix)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		file, info, err := s.find(key)
		if err != nil {
			return nil, err
		}
		m, err := s.readMeta(key, file, info)
		if err != nil {
			return nil, err
		}
		m.Key = key
		all[key] = []metadata{m}
	}
	folders, err := fs.ReadDir(s.meta.FS(), "versions")
	if err != nil && ignoreMissing(err) != nil {
		return nil, err
	}
	for _, folder := range folders {
		older, err := s.olderIn("versions/" + folder.Name())
		if err != nil {
			return nil, err
		}
		if len(older) > 0 && strings.HasPrefix(older[0].Key, prefix) {
			all[older[0].Key] = append(all[older[0].Key], older...)
		}
	}
	return all, nil
}
