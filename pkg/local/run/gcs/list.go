package gcs

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// pageSize is the most entries of a page (https://cloud.google.com/storage/docs/json_api/v1/objects/list).
const pageSize = 1000

// list lists a bucket's objects in pages.
func (a *api) list(r *request) (any, error) {
	for _, name := range []string{"matchGlob", "softDeleted", "filter"} {
		if value := r.query.Get(name); value != "" && !strings.EqualFold(value, "false") {
			return nil, absent("list parameter " + name)
		}
	}
	limit := pageSize
	if text := r.query.Get("maxResults"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, invalid("Invalid value for maxResults: %q is no positive number.", text)
		}
		limit = min(n, pageSize)
	}
	marker, err := base64.URLEncoding.DecodeString(r.query.Get("pageToken"))
	if err != nil {
		return nil, invalid("Invalid pageToken.")
	}
	keys, versions, err := a.keys(r)
	if err != nil {
		return nil, err
	}
	keys = between(keys, r.query.Get("startOffset"), r.query.Get("endOffset"))
	prefix, delimiter := r.query.Get("prefix"), r.query.Get("delimiter")
	items, prefixes := []any{}, []string{}
	out := map[string]any{"kind": "storage#objects"}
	last := ""
	for _, entry := range objects.Fold(keys, prefix, delimiter, string(marker)) {
		if len(items)+len(prefixes) >= limit {
			out["nextPageToken"] = base64.URLEncoding.EncodeToString([]byte(last))
			break
		}
		last = entry.Key
		if entry.Common {
			prefixes = append(prefixes, entry.Key)
			_, isObject := slices.BinarySearch(keys, entry.Key)
			if !r.truth("includeTrailingDelimiter") || !isObject {
				continue
			}
		}
		if versions != nil {
			for _, o := range slices.Backward(versions[entry.Key]) {
				if !o.Deleted {
					items = append(items, a.describe(r, r.bucket, o))
				}
			}
			continue
		}
		o, err := a.store.Stat(r.bucket, entry.Key)
		if errors.Is(err, objects.ErrNotFound) {
			continue // it was deleted meanwhile
		}
		if err != nil {
			return nil, a.coded(err, r.bucket, entry.Key)
		}
		items = append(items, a.describe(r, r.bucket, o))
	}
	if len(items) > 0 {
		out["items"] = items
	}
	if len(prefixes) > 0 {
		out["prefixes"] = prefixes
	}
	return out, nil
}

// keys are the keys that a list is made of, with their versions when those are asked for.
func (a *api) keys(r *request) (keys []string, versions map[string][]objects.Object, err error) {
	if r.truth("versions") {
		keys, versions, err = a.store.Versions(r.bucket, r.query.Get("prefix"))
	} else {
		keys, err = a.store.Keys(r.bucket, r.query.Get("prefix"))
	}
	return keys, versions, a.coded(err, r.bucket, "")
}

// between leaves the keys from start to before end.
func between(keys []string, start, end string) []string {
	first, _ := slices.BinarySearch(keys, start)
	keys = keys[first:]
	if end != "" {
		at := slices.IndexFunc(keys, func(key string) bool { return strings.Compare(key, end) >= 0 })
		if at >= 0 {
			keys = keys[:at]
		}
	}
	return keys
}

// truth reads a boolean, which some clients write with a capital.
func (r *request) truth(parameter string) bool {
	return strings.EqualFold(r.query.Get(parameter), "true")
}
