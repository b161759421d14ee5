package awsrules

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

const (
	bucketSource    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
	objectSource    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"
	versionSource   = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html"
	encryptSource   = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html"
	lifecycleSource = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html"
	notifySource    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"
	bucketPolicyURL = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"
)

var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`)
	s3Event    = regexp.MustCompile(`^s3:[A-Za-z]+(:(\*|[A-Za-z]+))?$`)
)

// bucket wants a bucket's name.
var bucket = all(length(3, 63),
	pattern(bucketName, "must have only a-z, 0-9, . and -, and begin and end with a letter or digit"), notReservedBucket)

func notReservedBucket(s subject) string {
	if !s.Value.IsString() {
		return ""
	}
	name := s.Value.StringValue()
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return fmt.Sprintf("invalid value for %s (names that begin with %s are reserved), got %s", s.Name, prefix, s.Show())
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(name, suffix) {
			return fmt.Sprintf("invalid value for %s (names that end in %s are reserved), got %s", s.Name, suffix, s.Show())
		}
	}
	if strings.Contains(name, "..") {
		return fmt.Sprintf("invalid value for %s (two periods in a row are not allowed), got %s", s.Name, s.Show())
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return fmt.Sprintf("invalid value for %s (a name cannot look like an IP address), got %s", s.Name, s.Show())
	}
	return ""
}

func bucketRules() table {
	return table{values: []row{
		{"bucket", bucket, bucketSource},
		{"bucketPrefix", length(1, 37), bucketSource},
	}}
}

func versioningRules() table {
	return table{values: []row{
		{"versioningConfiguration.status", oneOf("Enabled", "Suspended", "Disabled"), versionSource},
		{"versioningConfiguration.mfaDelete", oneOf("Enabled", "Disabled"), versionSource},
		{"expectedBucketOwner", pattern(accountPattern, "must be an account number of 12 digits"), versionSource},
	}}
}

func encryptionRules() table {
	const at = "rules[].applyServerSideEncryptionByDefault"
	return table{values: []row{
		{at + ".sseAlgorithm", oneOf("AES256", "aws:kms", "aws:kms:dsse"), encryptSource},
		{"expectedBucketOwner", pattern(accountPattern, "must be an account number of 12 digits"), encryptSource},
	}}
}

func lifecycleRules() table {
	return table{values: []row{
		{"rules[].id", length(1, 255), lifecycleSource},
		{"rules[].status", oneOf("Enabled", "Disabled"), lifecycleSource},
		{"rules[].expiration.days", atLeast(0), lifecycleSource},
		{"rules[].noncurrentVersionExpiration.noncurrentDays", atLeast(1), lifecycleSource},
		{"rules[].abortIncompleteMultipartUpload.daysAfterInitiation", atLeast(1), lifecycleSource},
		{"rules[].transitions[].storageClass", oneOf("GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
			"DEEP_ARCHIVE", "GLACIER_IR"), lifecycleSource},
	}}
}

var (
	_ = register("aws:s3/bucketV2:BucketV2", bucketRules())
	_ = register("aws:s3/bucketVersioningV2:BucketVersioningV2", versioningRules())
	_ = register("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", encryptionRules())
	_ = register("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", lifecycleRules())
)

var _ = register("aws:s3/bucketNotification:BucketNotification", table{values: []row{
	{"lambdaFunctions[].events[]", pattern(s3Event, "must be an event of S3, such as s3:ObjectCreated:*"), notifySource},
	{"lambdaFunctions[].lambdaFunctionArn", isARN, notifySource},
	{"queues[].events[]", pattern(s3Event, "must be an event of S3, such as s3:ObjectCreated:*"), notifySource},
	{"queues[].queueArn", isARN, notifySource},
	{"topics[].events[]", pattern(s3Event, "must be an event of S3, such as s3:ObjectCreated:*"), notifySource},
	{"topics[].topicArn", isARN, notifySource},
}})

var _ = register("aws:s3/bucketPolicy:BucketPolicy", table{values: []row{
	{"policy", all(isJSON, policy(resourcePolicy, 20480)), bucketPolicyURL},
}})

var _ = register("aws:s3/bucketObjectv2:BucketObjectv2", table{values: []row{
	{"key", objectKey, objectSource},
	{"serverSideEncryption", oneOf("AES256", "aws:kms", "aws:kms:dsse"), encryptSource},
	{"storageClass", oneOf("STANDARD", "REDUCED_REDUNDANCY", "GLACIER", "STANDARD_IA", "ONEZONE_IA",
		"INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"},
}})

// objectKey wants 1 to 1,024 bytes.
func objectKey(s subject) string {
	if !s.Value.IsString() {
		return ""
	}
	if n := len(s.Value.StringValue()); n < 1 || n > 1024 {
		return fmt.Sprintf("expected length of %s to be in the range (1 - 1024) bytes, got %d", s.Name, n)
	}
	return ""
}
