package recorded

import (
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const repository = "aws:ecr/repository:Repository"

func properties(m map[string]any) resource.PropertyMap { return resource.NewPropertyMapFromMap(m) }

func configured(t *testing.T, r *Recorder) plugin.Provider {
	t.Helper()
	p, err := r.Provider()
	require.NoError(t, err)
	_, err = p.Configure(t.Context(), plugin.ConfigureRequest{Inputs: properties(map[string]any{
		"region": "eu-west-2", "allowedAccountIds": `["123456789012"]`,
	})})
	require.NoError(t, err)
	return p
}

// A plan knows what was given and nothing that only AWS can say.
func TestPreviewDoesNotKnowWhatAWSComputes(t *testing.T) {
	p := configured(t, newRecorder(t))
	urn := resource.NewURN("s", "p", "", repository, "r")
	created, err := p.Create(t.Context(), plugin.CreateRequest{URN: urn, Preview: true, Properties: properties(map[string]any{"name": "a-b"})})
	require.NoError(t, err)
	assert.Equal(t, "a-b", created.Properties["name"].StringValue())
	for _, name := range []resource.PropertyKey{"arn", "registryId", "repositoryUrl", "tagsAll"} {
		assert.True(t, created.Properties[name].IsComputed(), "%s: %v", name, created.Properties[name])
	}
	assert.NotContains(t, created.Properties, resource.PropertyKey("imageTagMutability"), "it has a default and is not computed")

	created, err = p.Create(t.Context(), plugin.CreateRequest{URN: urn, Properties: properties(map[string]any{"name": "a-b"})})
	require.NoError(t, err)
	assert.Equal(t, resource.ID("a-b"), created.ID)
	assert.Equal(t, "123456789012.dkr.ecr.eu-west-2.amazonaws.com/a-b", created.Properties["repositoryUrl"].StringValue())
	assert.False(t, created.Properties.ContainsUnknowns())
}

func TestDiffReplacesByTheFacts(t *testing.T) {
	p := configured(t, newRecorder(t))
	for _, c := range []struct {
		name    string
		change  map[string]any
		replace []resource.PropertyKey
	}{
		{"mutability", map[string]any{"name": "a-b", "imageTagMutability": "MUTABLE"}, nil},
		{"name", map[string]any{"name": "a-c", "imageTagMutability": "IMMUTABLE"}, []resource.PropertyKey{"name"}},
		{"a block's property", map[string]any{
			"name": "a-b", "imageTagMutability": "IMMUTABLE",
			"encryptionConfigurations": []any{map[string]any{"encryptionType": "KMS"}},
		}, []resource.PropertyKey{"encryptionConfigurations"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := p.Diff(t.Context(), plugin.DiffRequest{
				URN:       resource.NewURN("s", "p", "", repository, "r"),
				OldInputs: properties(map[string]any{"name": "a-b", "imageTagMutability": "IMMUTABLE"}),
				NewInputs: properties(c.change),
			})
			require.NoError(t, err)
			assert.Equal(t, plugin.DiffSome, d.Changes)
			assert.Equal(t, c.replace, d.ReplaceKeys)
		})
	}
}

func TestAnotherAccountIsRefused(t *testing.T) {
	p, err := newRecorder(t).Provider()
	require.NoError(t, err)
	_, err = p.Configure(t.Context(), plugin.ConfigureRequest{Inputs: properties(map[string]any{
		"region": "eu-west-2", "allowedAccountIds": `["999999999999"]`,
	})})
	assert.EqualError(t, err, "AWS account ID not allowed: 123456789012")
}
