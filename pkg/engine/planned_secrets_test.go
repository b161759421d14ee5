package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
)

// The plan of a stack that does not exist yet, with a secret in it: the file
// does not show the secret, and the plan can be applied.
func TestSavedPlanWithSecret(t *testing.T) {
	const canary = "canary-7f3a"
	b := newBench(t)
	s := stackOf(t, engine.Inline(func(ctx *pulumi.Context) error {
		_, err := cloudwatch.NewLogGroup(ctx, "a", &cloudwatch.LogGroupArgs{
			Name: pulumi.String("/test/a"),
			Tags: pulumi.StringMap{"token": pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput)},
		})
		return err
	}))
	planned, err := b.Plan(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "plan")
	require.NoError(t, engine.WritePlan(file, planned.Plan))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NotContains(t, string(data), canary)

	plan, err := engine.ReadPlan(file)
	require.NoError(t, err)
	said := &watch{}
	_, err = b.Apply(t.Context(), s, engine.Options{Plan: plan, Display: said})
	require.NoError(t, err, said.text())
	require.Equal(t, []string{"a"}, b.names(t))
}
