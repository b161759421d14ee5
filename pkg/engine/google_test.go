package engine_test

import (
	"testing"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/cloudscheduler"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/compute"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/projects"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/secretmanager"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/serviceaccount"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/workflows"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/local/gcp"
)

// scheduled is a program on Google Cloud: a workflow that a schedule starts, with
// what it needs, and a network.
func scheduled(cron string) engine.Program {
	return engine.Inline(func(ctx *pulumi.Context) error {
		var apis []pulumi.Resource
		for _, name := range []string{"iam", "workflows", "cloudscheduler", "secretmanager", "compute"} {
			api, err := projects.NewService(ctx, name, &projects.ServiceArgs{Service: pulumi.String(name + ".googleapis.com")})
			if err != nil {
				return err
			}
			apis = append(apis, api)
		}
		enabled := pulumi.DependsOn(apis)
		account, err := serviceaccount.NewAccount(ctx, "runner", &serviceaccount.AccountArgs{AccountId: pulumi.String("runner")}, enabled)
		if err != nil {
			return err
		}
		bucket, err := storage.NewBucket(ctx, "data", &storage.BucketArgs{
			Name: pulumi.String("data-of-a-test"), Location: pulumi.String("europe-west2"), Labels: pulumi.StringMap{"team": pulumi.String("data")},
		})
		if err != nil {
			return err
		}
		if _, err := storage.NewBucketIAMMember(ctx, "reads", &storage.BucketIAMMemberArgs{
			Bucket: bucket.Name, Role: pulumi.String("roles/storage.objectViewer"), Member: account.Member,
		}); err != nil {
			return err
		}
		if _, err := storage.NewBucketObject(ctx, "config", &storage.BucketObjectArgs{
			Bucket: bucket.Name, Name: pulumi.String("configs/a.json"), Source: pulumi.NewStringAsset("{}"),
		}); err != nil {
			return err
		}
		secret, err := secretmanager.NewSecret(ctx, "password", &secretmanager.SecretArgs{
			SecretId: pulumi.String("password"), Replication: &secretmanager.SecretReplicationArgs{Auto: &secretmanager.SecretReplicationAutoArgs{}},
		}, enabled)
		if err != nil {
			return err
		}
		if _, err := secretmanager.NewSecretVersion(ctx, "value", &secretmanager.SecretVersionArgs{
			Secret: secret.ID(), SecretData: pulumi.String("hunter2"),
		}); err != nil {
			return err
		}
		network, err := compute.NewNetwork(ctx, "vpc", &compute.NetworkArgs{Name: pulumi.String("vpc"), AutoCreateSubnetworks: pulumi.Bool(false)}, enabled)
		if err != nil {
			return err
		}
		if _, err := compute.NewSubnetwork(ctx, "subnet", &compute.SubnetworkArgs{
			Name: pulumi.String("subnet"), Network: network.ID(), IpCidrRange: pulumi.String("10.0.0.0/24"),
		}); err != nil {
			return err
		}
		workflow, err := workflows.NewWorkflow(ctx, "launch", &workflows.WorkflowArgs{
			Name: pulumi.String("launch"), ServiceAccount: account.Email,
			SourceContents: pulumi.String("main:\n  steps:\n    - done:\n        return: 1\n"),
		})
		if err != nil {
			return err
		}
		_, err = cloudscheduler.NewJob(ctx, "nightly", &cloudscheduler.JobArgs{
			Name: pulumi.String("nightly"), Schedule: pulumi.String(cron),
			HttpTarget: &cloudscheduler.JobHttpTargetArgs{
				Uri:        pulumi.Sprintf("https://workflowexecutions.googleapis.com/v1/%s/executions", workflow.ID()),
				HttpMethod: pulumi.String("POST"),
				OauthToken: &cloudscheduler.JobHttpTargetOauthTokenArgs{ServiceAccountEmail: account.Email},
			},
		})
		ctx.Export("subnet", network.SelfLink)
		return err
	})
}

// A stack on Google Cloud is applied, stays as it is, changes, is refreshed, and goes.
func TestGoogle(t *testing.T) {
	b := newBench(t)
	b.Providers.InProcess["gcp"] = func() (plugin.Provider, error) { return gcp.NewProvider(b.cloud, gcp.Options{}) }
	nightly := stackOf(t, scheduled("0 3 * * *"))
	assert.True(t, b.apply(t, nightly, engine.Options{}).HasChanges())
	plan, err := b.Plan(t.Context(), nightly, engine.Options{})
	require.NoError(t, err)
	assert.False(t, plan.HasChanges(), "%v", plan.Changes)
	assert.False(t, b.apply(t, nightly, engine.Options{}).HasChanges())

	hourly := nightly
	hourly.Program = scheduled("0 * * * *")
	changed := b.apply(t, hourly, engine.Options{})
	assert.Equal(t, 1, changed.Changes["update"], "%v", changed.Changes)
	refreshed, err := b.Refresh(t.Context(), hourly, engine.Options{})
	require.NoError(t, err)
	assert.False(t, refreshed.HasChanges(), "%v", refreshed.Changes)

	_, err = b.Destroy(t.Context(), hourly, engine.Options{})
	require.NoError(t, err)
	for _, typ := range gcp.Types() {
		left, err := b.cloud.List(string(typ))
		require.NoError(t, err)
		assert.Empty(t, left, "%s", typ)
	}
}
