package objects

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Entry is a line of a list: an object's key, or what several keys have in common up to a delimiter.
type Entry struct {
	Key string
	// Common is true when Key is a common prefix and no object.
	Common bool
}

// Fold folds sorted keys, all with the prefix, as S3 and Cloud Storage do, and leaves out what comes up to the marker.
// An empty delimiter folds nothing.
func Fold(keys []string, prefix, delimiter, marker string) []Entry {
	var out []Entry
	for _, key := range keys {
		entry := Entry{Key: key}
		if delimiter != "" {
			if at := strings.Index(key[len(prefix):], delimiter); at >= 0 {
				entry = Entry{key[:len(prefix)+at+len(delimiter)], true}
			}
		}
		if marker != "" && (entry.Key <= marker || entry.Common && strings.HasPrefix(marker, entry.Key)) {
			continue
		}
		if n := len(out); n > 0 && out[n-1] == entry {
			continue
		}
		out = append(out, entry)
	}
	return out
}

// Keys lists a bucket's keys with a prefix, in order.
func (s *Store) Keys(bucket, prefix string) (keys []string, err error) {
	err = s.within(bucket, func(folders *space) error {
		keys, err = folders.keys(prefix)
		return err
	})
	return keys, err
}

// Versions lists a bucket's keys with a prefix, in order, and the versions of each, newest first, delete markers among
// them.
func (s *Store) Versions(bucket, prefix string) (keys []string, all map[string][]Object, err error) {
	err = s.within(bucket, func(folders *space) error {
		all, err = folders.allVersions(prefix)
		return err
	})
	return slices.Sorted(maps.Keys(all)), all, err
}

// allVersions reads the versions of every key with a prefix, newest first.
func (s *space) allVersions(prefix string) (map[string][]Object, error) {
	all := map[string][]Object{}
	keys, err := s.keys(prefix)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		o, _, err := s.latest(key)
		if errors.Is(err, ErrNotFound) {
			continue // a person removed it meanwhile
		}
		if err != nil {
			return nil, err
		}
		o.Key = key
		all[key] = []Object{o}
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
