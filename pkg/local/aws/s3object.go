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
)

var objectKind = &kind{
	token: objectType, facts: "aws_s3_object",
	args: argsOf[s3.BucketObjectv2Args](), state: typeOf[s3.BucketObjectv2](),
	service: "S3", noun: "Object",
	operations: operations{"PutObject", "PutObject", "DeleteObject"},
	auto:       &autoname{property: "key", max: 1024},
	without:    []string{"acl"},
	upsert:     true,
	id:         func(c *call) string { return c.str("bucket") + "/" + c.str("key") },
	outputs: []output{
		{name: "acl", value: func(*call) any { return "private" }},
		{name: "arn", value: func(c *call) any { return bucketARN(c, c.str("bucket")+"/"+c.str("key")) }},
		{name: "bucketKeyEnabled", value: func(*call) any { return false }},
		{name: "contentType", value: func(*call) any { return "application/octet-stream" }},
		{name: "etag", value: func(c *call) any { return etag(c) }},
		{name: "kmsKeyId", value: func(*call) any { return "" }},
		{name: "serverSideEncryption", value: func(*call) any { return "AES256" }},
		{name: "storageClass", value: func(*call) any { return "STANDARD" }},
		{name: "versionId", value: func(*call) any { return "" }},
	},
	refuse: refuseObject,
	verify: verifyBucket,
	apply:  writeObject,
	remove: func(c *call) error {
		err := os.Remove(objectPath(c))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	},
	missing: func(*call) *apiError {
		return refusal("NoSuchKey", "The specified key does not exist.").status(http.StatusNotFound)
	},
}

// refuseObject refuses keys that cannot be a file below the bucket's folder.
func refuseObject(c *check) {
	v := open(c.in["key"])
	if v.IsString() && !filepath.IsLocal(filepath.FromSlash(v.StringValue())) {
		c.fail("key", "the local cloud keeps objects as files below the bucket's folder, and %s is not below it", c.show("key"))
	}
	if v.IsString() && strings.HasSuffix(v.StringValue(), "/") {
		c.fail("key", "the local cloud keeps objects as files, and %s is the name of a folder", c.show("key"))
	}
	if s := open(c.in["source"]); s.IsArchive() {
		c.fail("source", "the local cloud takes a file or text as source, not an archive")
	}
}

func objectPath(c *call) string {
	bucket, key, _ := strings.Cut(c.id, "/")
	return filepath.Join(c.p.store.Layout().Bucket(bucket), filepath.FromSlash(key))
}

// content is the object's bytes.
func content(c *call) ([]byte, error) {
	if v, ok := c.at("source"); ok && v.IsAsset() {
		data, err := v.AssetValue().Bytes()
		if err != nil {
			return nil, fmt.Errorf("reading the source of the object: %w", err)
		}
		return data, nil
	}
	if text := c.str("contentBase64"); text != "" {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("contentBase64: %w", err)
		}
		return data, nil
	}
	return []byte(c.str("content")), nil
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
	if err := c.p.store.WriteFile(objectPath(c), data); err != nil {
		return fmt.Errorf("writing the object (a key cannot also be the folder of another here): %w", err)
	}
	return nil
}
