// The program of the stacks infra-<env>: what an environment has.
package main

import (
	"path/filepath"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/infra"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		root, err := configrepo.Find(".", "")
		if err != nil {
			return err
		}
		project, err := config.LoadUniversal(filepath.Join(root, "universal", "Pulumi.universal.yaml"))
		if err != nil {
			return err
		}
		environment, err := config.EnvironmentFromContext(ctx)
		if err != nil {
			return err
		}
		created, err := infra.CreateInfra(ctx, ctx.Stack(), &infra.Args{Universal: *project, Environment: environment})
		if err != nil {
			return err
		}
		for name, bucket := range created.DataBuckets {
			if err := expireOldVersions(ctx, name, bucket); err != nil {
				return err
			}
		}
		return nil
	})
}

// expireOldVersions removes versions of objects that were replaced a month ago.
func expireOldVersions(ctx *pulumi.Context, name string, bucket *infra.DataBucket) error {
	_, err := s3.NewBucketLifecycleConfigurationV2(ctx, name, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.Resource.Bucket,
		Rules: s3.BucketLifecycleConfigurationV2RuleArray{&s3.BucketLifecycleConfigurationV2RuleArgs{
			Id:     pulumi.String("expire-old-versions"),
			Status: pulumi.String("Enabled"),
			Filter: &s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
			NoncurrentVersionExpiration: &s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
				NoncurrentDays: pulumi.Int(30),
			},
		}},
	})
	return err
}
