package component

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Place is where in AWS a stack lives.
type Place struct {
	// Partition is "aws", or "aws-cn" and the like.
	Partition string
	// Region is such as "eu-west-2".
	Region string
	// Account has 12 digits.
	Account string
}

// FindPlace completes a region and an account. The provider is asked for what is
// empty.
func FindPlace(ctx *pulumi.Context, region, account string) (Place, error) {
	if region == "" {
		found, err := aws.GetRegion(ctx, &aws.GetRegionArgs{})
		if err != nil {
			return Place{}, fmt.Errorf("asking AWS for the region: %w", err)
		}
		region = found.Name
	}
	if account == "" {
		found, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{})
		if err != nil {
			return Place{}, fmt.Errorf("asking AWS for the account: %w", err)
		}
		account = found.AccountId
	}
	return Place{Partition: Partition(region), Region: region, Account: account}, nil
}

// Partition is the partition of a region, by the region's prefix. Source:
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func Partition(region string) string {
	for _, p := range []struct{ prefix, partition string }{
		{"cn-", "aws-cn"},
		{"us-gov-", "aws-us-gov"},
		{"us-isob-", "aws-iso-b"},
		{"us-iso-", "aws-iso"},
		{"eu-isoe-", "aws-iso-e"},
		{"us-isof-", "aws-iso-f"},
		{"eusc-", "aws-eusc"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

// ARN is the ARN of a resource in this place.
func (p Place) ARN(service, resource string) string {
	return "arn:" + p.Partition + ":" + service + ":" + p.Region + ":" + p.Account + ":" + resource
}

// BucketARN is the ARN of a bucket, which has neither region nor account in it.
func (p Place) BucketARN(bucket string) string { return "arn:" + p.Partition + ":s3:::" + bucket }

// Integration is the resource of a Task state that Step Functions itself
// integrates, such as "lambda:invoke".
func (p Place) Integration(action string) string {
	return "arn:" + p.Partition + ":states:::" + action
}
