package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/config"
)

// DataBucket is a private, versioned, encrypted bucket that sends its events to
// EventBridge.
type DataBucket struct {
	// Resource is the S3 bucket.
	Resource *s3.BucketV2
}

func newDataBucket(
	ctx *pulumi.Context, s *scope, b config.DataBucket, parent pulumi.ResourceOption,
) (*DataBucket, error) {
	name := s.buckets[b.Name]
	logical := "data-bucket-" + b.Name
	bucket, err := s3.NewBucketV2(ctx, logical, &s3.BucketV2Args{
		Bucket:       pulumi.String(name),
		ForceDestroy: pulumi.Bool(b.ForceDestroy),
	}, parent)
	if err != nil {
		return nil, err
	}
	block, err := s3.NewBucketPublicAccessBlock(ctx, logical, &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.Bucket,
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, parent)
	if err != nil {
		return nil, err
	}
	if _, err := s3.NewBucketVersioningV2(ctx, logical, &s3.BucketVersioningV2Args{
		Bucket: bucket.Bucket,
		VersioningConfiguration: &s3.BucketVersioningV2VersioningConfigurationArgs{
			Status: pulumi.String("Enabled"),
		},
	}, parent); err != nil {
		return nil, err
	}
	if _, err := s3.NewBucketServerSideEncryptionConfigurationV2(ctx, logical,
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: bucket.Bucket,
			Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{
				&s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
					ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
						SseAlgorithm: pulumi.String("aws:kms"),
					},
					// One request to KMS for many objects instead of one for each.
					BucketKeyEnabled: pulumi.Bool(true),
				},
			},
		}, parent); err != nil {
		return nil, err
	}
	if _, err := s3.NewBucketNotification(ctx, logical, &s3.BucketNotificationArgs{
		Bucket:      bucket.Bucket,
		Eventbridge: pulumi.Bool(true),
	}, parent); err != nil {
		return nil, err
	}
	text, err := s.onlyTLS(name).json()
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketPolicy(ctx, logical, &s3.BucketPolicyArgs{
		Bucket: bucket.Bucket,
		Policy: pulumi.String(text),
		// S3 refuses two changes of a bucket's access at one time (OperationAborted).
	}, parent, pulumi.DependsOn([]pulumi.Resource{block}))
	return &DataBucket{bucket}, err
}

// onlyTLS refuses every request that is not encrypted on its way. Source:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
func (s *scope) onlyTLS(bucket string) policy {
	return policy{policyVersion, []statement{{
		Sid:       "OnlyTLS",
		Effect:    "Deny",
		Principal: "*",
		// A denial of everything grants nothing.
		Action:    []string{"s3:*"},
		Resource:  []string{s.BucketARN(bucket), s.BucketARN(bucket) + "/*"},
		Condition: map[string]condition{"Bool": {"aws:SecureTransport": "false"}},
	}}}
}
