package gcp

import (
	"errors"
	"os"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	bucketType       = "gcp:storage/bucket:Bucket"
	bucketMemberType = "gcp:storage/bucketIAMMember:BucketIAMMember"
	objectType       = "gcp:storage/bucketObject:BucketObject"
	// s3BucketType is that of the other cloud, whose buckets are in the same folder.
	s3BucketType = "aws:s3/bucketV2:BucketV2"
)

// bucketFolderMode is the owner's alone, as every bucket is private.
const bucketFolderMode = 0o700

var storageKinds = []*kind{
	{
		Token: bucketType, Facts: "google_storage_bucket",
		Args: provider.ArgsOf[storage.BucketArgs](), State: provider.TypeOf[storage.Bucket](),
		Rename: effective, Service: "Storage", Noun: "Bucket",
		Operations: operations{Create: "buckets.insert", Update: "buckets.patch", Delete: "buckets.delete"},
		Auto:       &autoname{Property: "name", Max: 63, Lower: true},
		// A location is written in any case, and returned in capitals.
		Same: func(property, old, now string) bool {
			return old == now || property == "location" && strings.EqualFold(old, now)
		},
		ID:        func(c *call) string { return c.Str("name") },
		Canonical: func(_ *Provider, id string) string { return last(id) },
		Outputs: []output{
			projectOutput,
			{Name: "location", Over: true, Value: func(c *call) any { return strings.ToUpper(c.Str("location")) }},
			{Name: "projectNumber", Value: func(c *call) any { return float64(projectNumber(project(c))) }},
			constant("publicAccessPrevention", "inherited"),
			constant("rpo", "DEFAULT"),
			{Name: "selfLink", Value: func(c *call) any { return "https://www.googleapis.com/storage/v1/b/" + c.Str("name") }},
			constant("softDeletePolicy", object{"retentionDurationSeconds": 604800.0}),
			constant("uniformBucketLevelAccess", false),
			{Name: "url", Value: func(c *call) any { return "gs://" + c.Str("name") }},
			constant("versioning", object{"enabled": false}),
		},
		Refuse: refuseBucket,
		Verify: verifyBucketName,
		Apply: func(c *call) error {
			return os.MkdirAll(c.P.Store.Layout().Bucket(c.ID), bucketFolderMode)
		},
		Remove:  removeBucket,
		Exists:  bucketTaken,
		Missing: func(*call) *refusal { return noBucket() },
		Children: []child{
			{Token: objectType, Prefix: func(c *call) string { return c.ID + "/" }},
			{Token: bucketMemberType, Prefix: func(c *call) string { return "b/" + c.ID + "/" }},
		},
	},
	member(&kind{
		Token: bucketMemberType, Facts: "google_storage_bucket_iam_member",
		Args: provider.ArgsOf[storage.BucketIAMMemberArgs](), State: provider.TypeOf[storage.BucketIAMMember](),
		Service: "Storage", Noun: "Bucket IAM Member",
	}, policy{
		resource: func(c *call) string { return "b/" + bucketOf(c) },
		verify: func(c *call) (string, error) {
			doc, err := c.Get(bucketType, bucketOf(c))
			if err != nil {
				return "", err
			}
			if doc == nil {
				return "", noBucket()
			}
			owner, _ := doc.Outputs["project"].(string)
			return owner, nil
		},
	}),
	objectKind,
}

// bucketOf is the bucket that the inputs name, also as b/<name>.
func bucketOf(c *call) string { return strings.TrimPrefix(c.Str("bucket"), "b/") }

// refuseBucket refuses what a folder cannot do.
func refuseBucket(c *check) {
	for _, property := range []string{"retentionPolicy", "autoclass", "encryption", "website"} {
		if c.In.HasValue(resource.PropertyKey(property)) {
			c.Fail(property, "the local cloud keeps objects as files, and does not do what %s says: leave it out", property)
		}
	}
}

// verifyBucketName refuses the name of a bucket of the other cloud: both are folders.
func verifyBucketName(c *call) error {
	other, err := c.Exists(s3BucketType, c.Str("name"))
	if err == nil && other {
		return conflict("%s (An S3 bucket of the local cloud has it, and both would be the folder buckets/%s.)", taken, c.Str("name"))
	}
	return err
}

// bucketTaken is the error for a name in use: by the same project or another.
func bucketTaken(c *call) *refusal {
	if doc, err := c.Get(bucketType, c.ID); err == nil && doc != nil && doc.Outputs["project"] == project(c) {
		return conflict("Your previous request to create the named bucket succeeded and you already own it.")
	}
	return conflict("%s", taken)
}

const taken = "The requested bucket name is not available. The bucket namespace is shared by all users of the system. " +
	"Please select a different name and try again."

func noBucket() *refusal { return notFound("The specified bucket does not exist.") }

// removeBucket refuses to delete a bucket with objects or older versions, unless it may.
func removeBucket(c *call) error {
	layout := c.P.Store.Layout()
	err := objects.Discard(layout.Bucket(c.ID), layout.BucketMeta(c.ID), c.Bool("forceDestroy"))
	if errors.Is(err, objects.ErrNotEmpty) {
		return conflict("The bucket you tried to delete is not empty: %s. Delete its objects, or set forceDestroy.", layout.Bucket(c.ID))
	}
	return err
}
