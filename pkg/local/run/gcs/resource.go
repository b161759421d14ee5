package gcs

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"strconv"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// describe is the object as the API gives it.
func (a *api) describe(r *request, bucket string, o objects.Object) map[string]any {
	base := "http://" + r.Host
	path := "/storage/v1/b/" + url.PathEscape(bucket) + "/o/" + url.PathEscape(o.Key)
	generation := strconv.FormatInt(o.Generation(), 10)
	made, updated := timestamp(o.Modified), timestamp(o.Modified)
	if !o.Changed.IsZero() {
		updated = timestamp(o.Changed)
	}
	out := map[string]any{
		"kind": "storage#object", "id": bucket + "/" + o.Key + "/" + generation, "selfLink": base + path,
		"mediaLink": base + "/download" + path + "?generation=" + generation + "&alt=media",
		"name":      o.Key, "bucket": bucket, "generation": generation, "metageneration": strconv.FormatInt(metageneration(o), 10),
		"contentType": contentType(o), "storageClass": "STANDARD", "size": strconv.FormatInt(o.Size, 10),
		"md5Hash": md5Hash(o), "crc32c": o.CRC32C, "etag": etag(o),
		"timeCreated": made, "updated": updated, "timeStorageClassUpdated": made, "timeFinalized": made,
	}
	for name, header := range map[string]string{"contentEncoding": "Content-Encoding", "contentDisposition": "Content-Disposition",
		"contentLanguage": "Content-Language", "cacheControl": "Cache-Control"} {
		if value := o.Headers[header]; value != "" {
			out[name] = value
		}
	}
	if len(o.Metadata) > 0 {
		out["metadata"] = o.Metadata
	}
	return out
}

func metageneration(o objects.Object) int64 { return o.Changes + 1 }

func contentType(o objects.Object) string {
	return cmp.Or(o.Headers["Content-Type"], "application/octet-stream")
}

// md5Hash is the sum in base64.
func md5Hash(o objects.Object) string {
	sum, err := hex.DecodeString(o.MD5)
	if err != nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(sum)
}

// etag changes with the bytes and with the attributes.
func etag(o objects.Object) string {
	return base64.StdEncoding.EncodeToString(binary.AppendUvarint(binary.AppendUvarint(nil, uint64(o.Generation())), uint64(metageneration(o))))
}
