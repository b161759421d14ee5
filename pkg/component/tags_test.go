package component_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
)

// On Google Cloud tags are labels; a resource that has both keeps its own meaning.
func TestTagGoogle(t *testing.T) {
	result, err := componenttest.Run(componenttest.Options{}, func(ctx *pulumi.Context) error {
		if err := component.Tag(ctx, map[string]string{"Cost Centre": "R&D", "team": "data", "1st": "is no label"}); err != nil {
			return err
		}
		if _, err := storage.NewBucket(ctx, "bucket", &storage.BucketArgs{
			Location: pulumi.String("EU"), Labels: pulumi.StringMap{"team": pulumi.String("ops")},
		}); err != nil {
			return err
		}
		_, err := storage.NewBucketIAMMember(ctx, "unlabelled", &storage.BucketIAMMemberArgs{
			Bucket: pulumi.String("b"), Role: pulumi.String("r"), Member: pulumi.String("m"),
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"cost-centre": "r-d", "team": "ops"}
	if got := result.Find("gcp:storage/bucket:Bucket", "bucket").Inputs["labels"]; !reflect.DeepEqual(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
	if r := result.Find("gcp:storage/bucketIAMMember:BucketIAMMember", "unlabelled"); r.Inputs["labels"] != nil {
		t.Errorf("a resource without labels got some: %v", r.Inputs)
	}
}

func TestTag(t *testing.T) {
	result, err := componenttest.Run(componenttest.Options{}, func(ctx *pulumi.Context) error {
		if _, err := cloudwatch.NewLogGroup(ctx, "before", &cloudwatch.LogGroupArgs{}); err != nil {
			return err
		}
		if err := component.Tag(ctx, map[string]string{"team": "data", "cost": "shared"}); err != nil {
			return err
		}
		if err := component.Tag(ctx, map[string]string{"cost": "later", "late": "yes"}); err != nil {
			return err
		}
		group := func(name string, tags pulumi.StringMapInput, opts ...pulumi.ResourceOption) {
			_, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{Tags: tags}, opts...)
			if err != nil {
				t.Fatal(err)
			}
		}
		group("plain", nil)
		group("own", pulumi.StringMap{"team": pulumi.String("ops"), "x": pulumi.String("y")})
		group("output", pulumi.ToStringMapOutput(map[string]pulumi.StringOutput{"team": pulumi.String("ops").ToStringOutput()}))
		parent := &struct{ pulumi.ResourceState }{}
		if err := ctx.RegisterComponentResource("test:index:Parent", "parent", parent); err != nil {
			return err
		}
		group("child", nil, pulumi.Parent(parent))
		_, err := ecr.NewLifecyclePolicy(ctx, "untaggable", &ecr.LifecyclePolicyArgs{
			Repository: pulumi.String("r"), Policy: pulumi.String("{}"),
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{"team": "data", "cost": "shared", "late": "yes"}
	for name, want := range map[string]any{
		"before": nil,
		"plain":  all,
		"child":  all,
		"own":    map[string]any{"team": "ops", "x": "y", "cost": "shared", "late": "yes"},
		"output": map[string]any{"team": "ops", "cost": "shared", "late": "yes"},
	} {
		got := result.Find("aws:cloudwatch/logGroup:LogGroup", name).Inputs["tags"]
		if !reflect.DeepEqual(got, want) {
			t.Errorf("tags of %s: %v, want %v", name, got, want)
		}
	}
	if r := result.Find("aws:ecr/lifecyclePolicy:LifecyclePolicy", "untaggable"); r.Inputs["tags"] != nil {
		t.Errorf("a resource without tags got some: %v", r.Inputs)
	}
}
