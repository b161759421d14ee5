package aws

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
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
		token: versioningType, facts: "aws_s3_bucket_versioning",
		args: argsOf[s3.BucketVersioningV2Args](), state: typeOf[s3.BucketVersioningV2](),
		noun: "Bucket Versioning", operations: operations{"PutBucketVersioning", "PutBucketVersioning", "PutBucketVersioning"},
	}),
	part(&kind{
		token: encryptionType, facts: "aws_s3_bucket_server_side_encryption_configuration",
		args:       argsOf[s3.BucketServerSideEncryptionConfigurationV2Args](),
		state:      typeOf[s3.BucketServerSideEncryptionConfigurationV2](),
		noun:       "Bucket Server-side Encryption Configuration",
		operations: operations{"PutBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption"},
	}),
	part(&kind{
		token: accessBlockType, facts: "aws_s3_bucket_public_access_block",
		args: argsOf[s3.BucketPublicAccessBlockArgs](), state: typeOf[s3.BucketPublicAccessBlock](),
		noun: "Bucket Public Access Block", operations: operations{"PutPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock"},
	}),
	part(&kind{
		token: notificationType, facts: "aws_s3_bucket_notification",
		args: argsOf[s3.BucketNotificationArgs](), state: typeOf[s3.BucketNotification](),
		noun:       "Bucket Notification",
		operations: operations{"PutBucketNotificationConfiguration", "PutBucketNotificationConfiguration", "PutBucketNotificationConfiguration"},
		verify:     verifyNotification,
	}),
	part(&kind{
		token: bucketPolicyType,
		args:  argsOf[s3.BucketPolicyArgs](), state: typeOf[s3.BucketPolicy](),
		replace: []string{"bucket"}, required: []string{"policy"},
		noun: "Bucket Policy", operations: operations{"PutBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"},
		documents: []string{"policy"},
	}),
	part(&kind{
		token: bucketLifeType, facts: "aws_s3_bucket_lifecycle_configuration",
		args: argsOf[s3.BucketLifecycleConfigurationV2Args](), state: typeOf[s3.BucketLifecycleConfigurationV2](),
		noun:       "Bucket Lifecycle Configuration",
		operations: operations{"PutBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"},
		outputs: []output{{name: "transitionDefaultMinimumObjectSize", value: func(*call) any {
			return "all_storage_classes_128K"
		}}},
	}),
	objectKind,
}

// part completes the description of one setting of a bucket. AWS stores such a
// setting with the bucket: putting it again overwrites it.
func part(k *kind) *kind {
	k.service = "S3"
	k.upsert = true
	k.id = func(c *call) string { return c.str("bucket") }
	verify := k.verify
	k.verify = func(c *call) error {
		if err := verifyBucket(c); err != nil || verify == nil {
			return err
		}
		return verify(c)
	}
	k.missing = func(c *call) *apiError { return noBucket(c.id) }
	return k
}

var bucketKind = &kind{
	token: bucketType, facts: "aws_s3_bucket",
	args: argsOf[s3.BucketV2Args](), state: typeOf[s3.BucketV2](),
	service: "S3", noun: "Bucket",
	operations: operations{"CreateBucket", "PutBucketTagging", "DeleteBucket"},
	auto:       &autoname{property: "bucket", unless: "bucketPrefix", max: 63, lower: true},
	id:         func(c *call) string { return c.str("bucket") },
	outputs: []output{
		{name: "arn", value: func(c *call) any { return bucketARN(c, c.str("bucket")) }},
		{name: "bucketDomainName", value: func(c *call) any { return c.str("bucket") + ".s3." + c.p.domain() }},
		{name: "bucketRegionalDomainName", value: func(c *call) any {
			return c.str("bucket") + ".s3." + c.p.region + "." + c.p.domain()
		}},
		{name: "hostedZoneId", value: func(c *call) any { return hostedZones[c.p.region] }},
		{name: "region", value: func(c *call) any { return c.p.region }},
		{name: "requestPayer", value: func(*call) any { return "BucketOwner" }},
		{name: "objectLockEnabled", value: func(*call) any { return false }},
	},
	refuse: refuseInline,
	apply: func(c *call) error {
		return os.MkdirAll(c.p.store.Layout().Bucket(c.id), bucketFolderMode)
	},
	remove: removeBucket,
	exists: func(*call) *apiError {
		return refusal("BucketAlreadyOwnedByYou",
			"Your previous request to create the named bucket succeeded and you already own it.").status(http.StatusConflict)
	},
	missing: func(c *call) *apiError { return noBucket(c.id) },
	children: []child{
		{token: versioningType}, {token: encryptionType}, {token: accessBlockType}, {token: notificationType},
		{token: bucketPolicyType}, {token: bucketLifeType}, {objectType, func(c *call) string { return c.id + "/" }},
	},
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
	for _, key := range c.in.StableKeys() {
		if own, ok := inline[string(key)]; ok {
			c.fail(string(key), "the local cloud does not have this deprecated property of a bucket: use the resource %s", own)
		}
	}
}

func bucketARN(c *call, name string) string { return "arn:" + c.p.partition() + ":s3:::" + name }

func noBucket(name string) *apiError {
	return refusal("NoSuchBucket", "The specified bucket does not exist: %s", name).status(http.StatusNotFound)
}

func verifyBucket(c *call) error {
	ok, err := c.exists(bucketType, c.str("bucket"))
	if err == nil && !ok {
		return noBucket(c.str("bucket"))
	}
	return err
}

// verifyNotification fails as S3 does when a destination does not exist.
func verifyNotification(c *call) error {
	for list, field := range map[string]string{
		"lambdaFunctions": "lambdaFunctionArn", "queues": "queueArn", "topics": "topicArn",
	} {
		for i := range c.list(list) {
			var refused *apiError
			if err := verifyARN(c, c.str(list, i, field)); errors.As(err, &refused) {
				return refusal("InvalidArgument", "Unable to validate the following destination configurations: %s",
					c.str(list, i, field))
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
	layout := c.p.store.Layout()
	dir, versions := layout.Bucket(c.id), filepath.Join(layout.BucketMeta(c.id), "versions")
	if !c.boolean("forceDestroy") {
		for _, folder := range []string{dir, versions} {
			found, err := hasObject(folder)
			if err != nil {
				return err
			}
			if found {
				return refusal("BucketNotEmpty", "The bucket you tried to delete is not empty: %s", folder).status(http.StatusConflict)
			}
		}
	}
	return errors.Join(os.RemoveAll(dir), os.RemoveAll(layout.BucketMeta(c.id)))
}

// hasObject reports whether there is a file: S3 has no folders, so empty ones do not count.
func hasObject(dir string) (bool, error) {
	found := false
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case !e.IsDir():
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found, err
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
