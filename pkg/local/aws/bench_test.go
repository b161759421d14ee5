package aws

import (
	"context"
	"fmt"
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

// BenchmarkCreate is what the provider costs per resource: check, create, and a
// difference of nothing.
func BenchmarkCreate(b *testing.B) {
	store, err := cloud.Open(b.TempDir())
	require.NoError(b, err)
	p := NewProvider(store, Options{})
	ctx := context.Background()
	for i := 0; b.Loop(); i++ {
		urn := providertest.URN(logGroupType, fmt.Sprintf("g%d", i))
		checked, err := p.Check(ctx, plugin.CheckRequest{URN: urn, Type: logGroupType, News: resource.PropertyMap{
			"name": resource.NewStringProperty(fmt.Sprintf("/aws/lambda/f%d", i)), "retentionInDays": resource.NewNumberProperty(30),
		}})
		require.NoError(b, err)
		made, err := p.Create(ctx, plugin.CreateRequest{URN: urn, Type: logGroupType, Properties: checked.Properties})
		require.NoError(b, err)
		d, err := p.Diff(ctx, plugin.DiffRequest{
			URN: urn, Type: logGroupType, ID: made.ID, OldInputs: checked.Properties, OldOutputs: made.Properties,
			NewInputs: checked.Properties,
		})
		require.NoError(b, err)
		require.Equal(b, plugin.DiffNone, d.Changes)
	}
}
