package infra

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
)

// prefixes of the environment's own bucket, each an output gcp_<prefix>_location.
var prefixes = []string{"temp", "staging", "configs", "templates"}

func (g *Google) createBuckets(s *googleScope, outputs pulumi.Map) (err error) {
	if g.Bucket, err = s.ownBucket(); err != nil {
		return err
	}
	outputs["gcp_bucket"] = g.Bucket.Name
	for _, prefix := range prefixes {
		outputs["gcp_"+prefix+"_location"] = pulumi.Sprintf("gs://%s/%s", g.Bucket.Name, prefix)
	}
	for _, b := range s.DataBuckets {
		if g.DataBuckets[b.Name], err = s.dataBucket(b); err != nil {
			return err
		}
		outputs["gcp-data-bucket-"+b.Name+"-id"] = g.DataBuckets[b.Name].Name
	}
	return nil
}

// ownBucket is what jobs work in. It keeps neither versions nor deleted objects:
// what lies there is temporary, or apply can make it again.
func (s *googleScope) ownBucket() (*storage.Bucket, error) {
	args := component.PrivateBucket(s.BucketName, s.Region, pulumi.String(s.ProjectID))
	args.ForceDestroy = pulumi.Bool(s.ForceDestroy)
	args.SoftDeletePolicy = &storage.BucketSoftDeletePolicyArgs{RetentionDurationSeconds: pulumi.Int(0)}
	if days := *s.TempRetentionDays; days > 0 {
		args.LifecycleRules = storage.BucketLifecycleRuleArray{
			deleteAfter("temp/", days), deleteAfter("staging/", s.StagingDays()),
		}
	}
	return storage.NewBucket(s.ctx, "bucket", args, s.needs("storage"))
}

func deleteAfter(prefix string, days int) *storage.BucketLifecycleRuleArgs {
	return &storage.BucketLifecycleRuleArgs{
		Action: &storage.BucketLifecycleRuleActionArgs{Type: pulumi.String("Delete")},
		Condition: &storage.BucketLifecycleRuleConditionArgs{
			Age: pulumi.Int(days), MatchesPrefixes: pulumi.StringArray{pulumi.String(prefix)},
		},
	}
}

func (s *googleScope) dataBucket(b config.DataBucket) (*storage.Bucket, error) {
	name, err := s.Names.GoogleBucket(b.Name)
	if err != nil {
		return nil, err
	}
	args := component.PrivateBucket(name, s.Region, pulumi.String(s.ProjectID))
	args.ForceDestroy = pulumi.Bool(b.ForceDestroy)
	args.Versioning = &storage.BucketVersioningArgs{Enabled: pulumi.Bool(true)}
	return storage.NewBucket(s.ctx, "gcp-data-bucket-"+b.Name, args, s.needs("storage"))
}
