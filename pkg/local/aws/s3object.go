package aws

import (
	"crypto/md5" //nolint:gosec // S3's entity tag is an MD5 sum
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

var objectKind = &kind{
	Token: objectType, Facts: "aws_s3_object",
	Args: provider.ArgsOf[s3.BucketObjectv2Args](), State: provider.TypeOf[s3.BucketObjectv2](),
	Service: "S3", Noun: "Object",
	Operations: operations{Create: "PutObject", Update: "PutObject", Delete: "DeleteObject"},
	Auto:       &autoname{Property: "key", Max: 1024},
	Without:    []string{"acl"},
	Upsert:     true,
	ID:         func(c *call) string { return c.Str("bucket") + "/" + c.Str("key") },
	Outputs: []output{
		{Name: "acl", Value: func(*call) any { return "private" }},
		{Name: "arn", Value: func(c *call) any { return bucketARN(c, c.Str("bucket")+"/"+c.Str("key")) }},
		{Name: "bucketKeyEnabled", Value: func(*call) any { return false }},
		{Name: "contentType", Value: func(*call) any { return "application/octet-stream" }},
		{Name: "etag", Value: func(c *call) any { return etag(c) }},
		{Name: "kmsKeyId", Value: func(*call) any { return "" }},
		{Name: "serverSideEncryption", Value: func(*call) any { return "AES256" }},
		{Name: "storageClass", Value: func(*call) any { return "STANDARD" }},
		{Name: "versionId", Value: func(*call) any { return "" }},
	},
	Refuse: refuseObject,
	Verify: verifyBucket,
	Apply:  writeObject,
	Remove: func(c *call) error {
		err := os.Remove(objectPath(c))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	},
	Missing: func(*call) *refusal {
		return provider.Refuse("NoSuchKey", "The specified key does not exist.").WithStatus(http.StatusNotFound)
	},
}

// refuseObject refuses keys that cannot be a file below the bucket's folder.
func refuseObject(c *check) {
	v := provider.Open(c.In["key"])
	if v.IsString() && !filepath.IsLocal(filepath.FromSlash(v.StringValue())) {
		c.Fail("key", "the local cloud keeps objects as files below the bucket's folder, and %s is not below it", c.Show("key"))
	}
	if v.IsString() && strings.HasSuffix(v.StringValue(), "/") {
		c.Fail("key", "the local cloud keeps objects as files, and %s is the name of a folder", c.Show("key"))
	}
	if s := provider.Open(c.In["source"]); s.IsArchive() {
		c.Fail("source", "the local cloud takes a file or text as source, not an archive")
	}
}

func objectPath(c *call) string {
	bucket, key, _ := strings.Cut(c.ID, "/")
	return filepath.Join(c.P.Store.Layout().Bucket(bucket), filepath.FromSlash(key))
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
	if text := c.Str("contentBase64"); text != "" {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("contentBase64: %w", err)
		}
		return data, nil
	}
	return []byte(c.Str("content")), nil
}

func etag(c *call) any {
	data, err := content(c)
	if err != nil {
		return nil // apply reports it
	}
	sum := md5.Sum(data) //nolint:gosec // S3's entity tag is an MD5 sum
	return hex.EncodeToString(sum[:])
}

// writeObject puts the file in place at once: a run may be reading it.
func writeObject(c *call) error {
	data, err := content(c)
	if err != nil {
		return err
	}
	if err := c.P.Store.WriteFile(objectPath(c), data); err != nil {
		return fmt.Errorf("writing the object (a key cannot also be the folder of another here): %w", err)
	}
	return nil
}
