package aws

import (
	"errors"
	"net/http"
	"os"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	bucketType       = "aws:s3/bucketV2:BucketV2"
	versioningType   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	encryptionType   = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	accessBlockType  = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	notificationType = "aws:s3/bucketNotification:BucketNotification"
	bucketPolicyType = "aws:s3/bucketPolicy:BucketPolicy"
	bucketLifeType   = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	objectType       = "aws:s3/bucketObjectv2:BucketObjectv2"
)

// bucketFolderMode is the owner's alone, as every bucket is private.
const bucketFolderMode = 0o700

var bucketKinds = []*kind{
	bucketKind,
	part(&kind{
		Token: versioningType, Facts: "aws_s3_bucket_versioning",
		Args: provider.ArgsOf[s3.BucketVersioningV2Args](), State: provider.TypeOf[s3.BucketVersioningV2](),
		Noun: "Bucket Versioning", Operations: operations{Create: "PutBucketVersioning", Update: "PutBucketVersioning", Delete: "PutBucketVersioning"},
	}),
	part(&kind{
		Token: encryptionType, Facts: "aws_s3_bucket_server_side_encryption_configuration",
		Args:       provider.ArgsOf[s3.BucketServerSideEncryptionConfigurationV2Args](),
		State:      provider.TypeOf[s3.BucketServerSideEncryptionConfigurationV2](),
		Noun:       "Bucket Server-side Encryption Configuration",
		Operations: operations{Create: "PutBucketEncryption", Update: "PutBucketEncryption", Delete: "DeleteBucketEncryption"},
	}),
	part(&kind{
		Token: accessBlockType, Facts: "aws_s3_bucket_public_access_block",
		Args: provider.ArgsOf[s3.BucketPublicAccessBlockArgs](), State: provider.TypeOf[s3.BucketPublicAccessBlock](),
		Noun: "Bucket Public Access Block", Operations: operations{Create: "PutPublicAccessBlock", Update: "PutPublicAccessBlock", Delete: "DeletePublicAccessBlock"},
	}),
	part(&kind{
		Token: notificationType, Facts: "aws_s3_bucket_notification",
		Args: provider.ArgsOf[s3.BucketNotificationArgs](), State: provider.TypeOf[s3.BucketNotification](),
		Noun:       "Bucket Notification",
		Operations: operations{Create: "PutBucketNotificationConfiguration", Update: "PutBucketNotificationConfiguration", Delete: "PutBucketNotificationConfiguration"},
		Verify:     verifyNotification,
	}),
	part(&kind{
		Token: bucketPolicyType,
		Args:  provider.ArgsOf[s3.BucketPolicyArgs](), State: provider.TypeOf[s3.BucketPolicy](),
		Replace: []string{"bucket"}, Required: []string{"policy"},
		Noun: "Bucket Policy", Operations: operations{Create: "PutBucketPolicy", Update: "PutBucketPolicy", Delete: "DeleteBucketPolicy"},
		Documents: []string{"policy"},
	}),
	part(&kind{
		Token: bucketLifeType, Facts: "aws_s3_bucket_lifecycle_configuration",
		Args: provider.ArgsOf[s3.BucketLifecycleConfigurationV2Args](), State: provider.TypeOf[s3.BucketLifecycleConfigurationV2](),
		Noun:       "Bucket Lifecycle Configuration",
		Operations: operations{Create: "PutBucketLifecycleConfiguration", Update: "PutBucketLifecycleConfiguration", Delete: "DeleteBucketLifecycle"},
		Outputs: []output{{Name: "transitionDefaultMinimumObjectSize", Value: func(*call) any {
			return "all_storage_classes_128K"
		}}},
	}),
	objectKind,
}

// part completes the description of one setting of a bucket. AWS stores such a
// setting with the bucket: putting it again overwrites it.
func part(k *kind) *kind {
	k.Service = "S3"
	k.Upsert = true
	k.ID = func(c *call) string { return c.Str("bucket") }
	verify := k.Verify
	k.Verify = func(c *call) error {
		if err := verifyBucket(c); err != nil || verify == nil {
			return err
		}
		return verify(c)
	}
	k.Missing = func(c *call) *refusal { return noBucket(c.ID) }
	return k
}

var bucketKind = &kind{
	Token: bucketType, Facts: "aws_s3_bucket",
	Args: provider.ArgsOf[s3.BucketV2Args](), State: provider.TypeOf[s3.BucketV2](),
	Service: "S3", Noun: "Bucket",
	Operations: operations{Create: "CreateBucket", Update: "PutBucketTagging", Delete: "DeleteBucket"},
	Auto:       &autoname{Property: "bucket", Unless: "bucketPrefix", Max: 63, Lower: true},
	ID:         func(c *call) string { return c.Str("bucket") },
	Outputs: []output{
		{Name: "arn", Value: func(c *call) any { return bucketARN(c, c.Str("bucket")) }},
		{Name: "bucketDomainName", Value: func(c *call) any { return c.Str("bucket") + ".s3." + domain(c.P) }},
		{Name: "bucketRegionalDomainName", Value: func(c *call) any {
			return c.Str("bucket") + ".s3." + c.P.Region + "." + domain(c.P)
		}},
		{Name: "hostedZoneId", Value: func(c *call) any { return hostedZones[c.P.Region] }},
		{Name: "region", Value: func(c *call) any { return c.P.Region }},
		{Name: "requestPayer", Value: func(*call) any { return "BucketOwner" }},
		{Name: "objectLockEnabled", Value: func(*call) any { return false }},
	},
	Refuse: refuseInline,
	Verify: verifyBucketName,
	Apply: func(c *call) error {
		return os.MkdirAll(c.P.Store.Layout().Bucket(c.ID), bucketFolderMode)
	},
	Remove: removeBucket,
	Exists: func(*call) *refusal {
		return provider.Refuse("BucketAlreadyOwnedByYou",
			"Your previous request to create the named bucket succeeded and you already own it.").WithStatus(http.StatusConflict)
	},
	Missing: func(c *call) *refusal { return noBucket(c.ID) },
	Children: []child{
		{Token: versioningType}, {Token: encryptionType}, {Token: accessBlockType}, {Token: notificationType},
		{Token: bucketPolicyType}, {Token: bucketLifeType}, {Token: objectType, Prefix: func(c *call) string { return c.ID + "/" }},
	},
}

// googleBucketType is that of the other cloud, whose buckets are in the same folder.
const googleBucketType = "gcp:storage/bucket:Bucket"

// verifyBucketName refuses the name of a bucket of the other cloud: both are folders.
func verifyBucketName(c *call) error {
	taken, err := c.Exists(googleBucketType, c.Str("bucket"))
	if err == nil && taken {
		return provider.Refuse("BucketAlreadyExists", "The requested bucket name is not available. (A bucket of the local Google Cloud "+
			"has it, and both would be the folder buckets/%s.)", c.Str("bucket")).WithStatus(http.StatusConflict)
	}
	return err
}

// inline are settings that a bucket itself could have. They are deprecated, and
// read-only in practice: the resources of their own do the same.
var inline = map[string]string{
	"acl": "BucketAclV2", "accelerationStatus": "BucketAccelerateConfigurationV2", "corsRules": "BucketCorsConfigurationV2",
	"grants": "BucketAclV2", "lifecycleRules": "BucketLifecycleConfigurationV2", "loggings": "BucketLoggingV2",
	"objectLockConfiguration": "BucketObjectLockConfigurationV2", "policy": "BucketPolicy",
	"replicationConfigurations": "BucketReplicationConfig", "requestPayer": "BucketRequestPaymentConfigurationV2",
	"serverSideEncryptionConfigurations": "BucketServerSideEncryptionConfigurationV2",
	"versionings":                        "BucketVersioningV2", "websites": "BucketWebsiteConfigurationV2",
}

func refuseInline(c *check) {
	for _, key := range c.In.StableKeys() {
		if own, ok := inline[string(key)]; ok {
			c.Fail(string(key), "the local cloud does not have this deprecated property of a bucket: use the resource %s", own)
		}
	}
}

func bucketARN(c *call, name string) string { return "arn:" + partition(c.P) + ":s3:::" + name }

func noBucket(name string) *refusal {
	return provider.Refuse("NoSuchBucket", "The specified bucket does not exist: %s", name).WithStatus(http.StatusNotFound)
}

func verifyBucket(c *call) error {
	ok, err := c.Exists(bucketType, c.Str("bucket"))
	if err == nil && !ok {
		return noBucket(c.Str("bucket"))
	}
	return err
}

// verifyNotification fails as S3 does when a destination does not exist.
func verifyNotification(c *call) error {
	for list, field := range map[string]string{
		"lambdaFunctions": "lambdaFunctionArn", "queues": "queueArn", "topics": "topicArn",
	} {
		for i := range c.List(list) {
			var refused *refusal
			if err := verifyARN(c, c.Str(list, i, field)); errors.As(err, &refused) {
				return provider.Refuse("InvalidArgument", "Unable to validate the following destination configurations: %s",
					c.Str(list, i, field))
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// removeBucket refuses to delete a bucket with objects or older versions, unless
// it may.
func removeBucket(c *call) error {
	layout := c.P.Store.Layout()
	err := objects.Discard(layout.Bucket(c.ID), layout.BucketMeta(c.ID), c.Bool("forceDestroy"))
	if errors.Is(err, objects.ErrNotEmpty) {
		return provider.Refuse("BucketNotEmpty", "The bucket you tried to delete is not empty: %s", layout.Bucket(c.ID)).WithStatus(http.StatusConflict)
	}
	return err
}

// hostedZones are Route 53's zones of S3's regional endpoints:
// https://docs.aws.amazon.com/general/latest/gr/s3.html
var hostedZones = map[string]string{
	"us-east-1": "Z3AQBSTGFYJSTF", "us-east-2": "Z2O1EMRO9K5GLX", "us-west-1": "Z2F56UZL2M1ACD",
	"us-west-2": "Z3BJ6K6RIION7M", "ca-central-1": "Z1QDHH18159H29", "eu-central-1": "Z21DNDUVLTQW6Q",
	"eu-west-1": "Z1BKCTXD74EZPE", "eu-west-2": "Z3GKZC51ZF0DB4", "eu-west-3": "Z3R1K369G5AVDG",
	"eu-north-1": "Z3BAZG2TWCNX0D", "ap-south-1": "Z11RGJOFQNVJUP", "ap-northeast-1": "Z2M4EHUR26P7ZW",
	"ap-northeast-2": "Z3W03O7B5YMIYP", "ap-southeast-1": "Z3O0J2DXBE1FTB", "ap-southeast-2": "Z1WCIGYICN2BYD",
	"sa-east-1": "Z7KQH4QJS55SO",
}
