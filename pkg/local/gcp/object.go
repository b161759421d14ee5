package gcp

import (
	"crypto/md5" //nolint:gosec // Cloud Storage's checksum
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"net/url"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

var objectKind = &kind{
	Token: objectType, Facts: "google_storage_bucket_object",
	Args: provider.ArgsOf[storage.BucketObjectArgs](), State: provider.TypeOf[storage.BucketObject](),
	Service: "Storage", Noun: "Object",
	Operations: operations{Create: "objects.insert", Update: "objects.insert", Delete: "objects.delete"},
	Auto:       &autoname{Property: "name", Max: 1024},
	Without:    []string{"detectMd5hash"},
	Upsert:     true,
	// The real provider joins both with a hyphen, which two objects can have in common.
	ID: func(c *call) string { return c.Str("bucket") + "/" + c.Str("name") },
	Outputs: []output{
		constant("contentType", "text/plain; charset=utf-8"),
		{Name: "crc32c", Value: func(c *call) any { return sum(c, crc) }},
		constant("detectMd5hash", "different hash"),
		{Name: "generation", Fresh: true, Value: func(c *call) any { return float64(generation(c)) }},
		constant("kmsKeyName", ""),
		{Name: "md5hash", Value: func(c *call) any { return sum(c, md5Sum) }},
		{Name: "mediaLink", Fresh: true, Value: func(c *call) any {
			return fmt.Sprintf("https://storage.googleapis.com/download/storage/v1/b/%s/o/%s?generation=%d&alt=media",
				c.Str("bucket"), url.PathEscape(c.Str("name")), generation(c))
		}},
		{Name: "outputName", Value: func(c *call) any { return c.Str("name") }},
		{Name: "selfLink", Value: func(c *call) any {
			return "https://www.googleapis.com/storage/v1/b/" + c.Str("bucket") + "/o/" + url.PathEscape(c.Str("name"))
		}},
		constant("storageClass", "STANDARD"),
	},
	Refuse: refuseObject,
	Verify: func(c *call) error { return exists(c, bucketType, c.Str("bucket"), noBucket) },
	Apply:  writeObject,
	Remove: func(c *call) error {
		_, err := of(c).objects.Delete(c.Str("bucket"), c.Str("name"), nil)
		if errors.Is(err, objects.ErrNoBucket) {
			return nil
		}
		return err
	},
	Missing: func(c *call) *refusal { return notFound("No such object: %s", c.ID) },
}

// refuseObject refuses names that cannot be a file, and what a file cannot do.
func refuseObject(c *check) {
	if v := provider.Open(c.In["name"]); v.IsString() {
		if _, err := objects.Path(v.StringValue()); err != nil {
			c.Fail("name", "the local cloud keeps objects as files: %v", err)
		}
	}
	if s := provider.Open(c.In["source"]); s.IsArchive() {
		c.Fail("source", "the local cloud takes a file or text as source, not an archive")
	}
	for _, property := range []string{"customerEncryption", "kmsKeyName", "retention", "eventBasedHold", "temporaryHold"} {
		if c.In.HasValue(resource.PropertyKey(property)) {
			c.Fail(property, "the local cloud keeps objects as files, and does not do what %s says: leave it out", property)
		}
	}
}

// content is the object's bytes.
func content(c *call) ([]byte, error) {
	if v, ok := c.At("source"); ok && v.IsAsset() {
		data, err := v.AssetValue().Bytes()
		if err != nil {
			return nil, fmt.Errorf("reading the source of the object: %w", err)
		}
		return data, nil
	}
	return []byte(c.Str("content")), nil
}

// sum is a checksum of the content in base64, as Cloud Storage writes it.
func sum(c *call, of func([]byte) []byte) any {
	data, err := content(c)
	if err != nil {
		return nil // Apply reports it
	}
	return base64.StdEncoding.EncodeToString(of(data))
}

func md5Sum(data []byte) []byte {
	s := md5.Sum(data) //nolint:gosec // Cloud Storage's checksum
	return s[:]
}

func crc(data []byte) []byte {
	return binary.BigEndian.AppendUint32(nil, crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
}

// generation is the number of the object's bytes, after Apply has written them.
func generation(c *call) int64 {
	o, err := of(c).objects.Stat(c.Str("bucket"), c.Str("name"))
	if err != nil {
		return 0
	}
	return o.Generation()
}

// writeObject puts the file in place at once: a run may be reading it.
func writeObject(c *call) error {
	data, err := content(c)
	if err != nil {
		return err
	}
	about := objects.Attributes{Headers: map[string]string{}}
	for property, header := range map[string]string{
		"contentType": "Content-Type", "contentEncoding": "Content-Encoding", "contentDisposition": "Content-Disposition",
		"contentLanguage": "Content-Language", "cacheControl": "Cache-Control",
	} {
		if v := c.Str(property); v != "" {
			about.Headers[header] = v
		}
	}
	if about.Headers["Content-Type"] == "" {
		about.Headers["Content-Type"] = "text/plain; charset=utf-8"
	}
	if v, ok := c.At("metadata"); ok && v.IsObject() {
		about.Metadata = map[string]string{}
		for k, e := range v.ObjectValue() {
			if e.IsString() {
				about.Metadata[string(k)] = e.StringValue()
			}
		}
	}
	if _, err := of(c).objects.Put(c.Str("bucket"), c.Str("name"), about, strings.NewReader(string(data))); err != nil {
		return fmt.Errorf("writing the object: %w", err)
	}
	return nil
}

// objectStore are the objects of the buckets.
type objectStore = *objects.Store

// openObjects opens the objects of the buckets of a store. Without a store there
// are none: formats are computed then, and nothing is written.
func openObjects(store *cloud.Store) (objectStore, error) {
	if store == nil {
		return nil, nil
	}
	return Objects(store)
}

// Objects are the objects of the local cloud's buckets on Google Cloud.
func Objects(store *cloud.Store) (*objects.Store, error) {
	return objects.New(store.Layout().Buckets(), buckets{store})
}

// buckets tells which buckets of Google Cloud are applied.
type buckets struct{ store *cloud.Store }

// Buckets lists the applied buckets.
func (b buckets) Buckets() ([]objects.Bucket, error) {
	docs, err := b.store.List(bucketType)
	if err != nil {
		return nil, err
	}
	out := make([]objects.Bucket, len(docs))
	for i, doc := range docs {
		out[i] = describeBucket(doc)
	}
	return out, nil
}

// Bucket returns an applied bucket, or nil.
func (b buckets) Bucket(name string) (*objects.Bucket, error) {
	doc, err := b.store.Get(bucketType, name)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	bucket := describeBucket(doc)
	return &bucket, nil
}

func describeBucket(doc *cloud.Document) objects.Bucket {
	versioning, _ := doc.Outputs["versioning"].(map[string]any)
	versioned, _ := versioning["enabled"].(bool)
	where, _ := doc.Outputs["location"].(string)
	return objects.Bucket{Name: doc.ID, Created: doc.Created, Versioned: versioned, Location: where}
}
