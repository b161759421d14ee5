package cli

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

func TestOutputValues(t *testing.T) {
	secret := resource.MakeSecret(resource.NewProperty("hush"))
	outputs := resource.PropertyMap{
		"host": resource.NewProperty("db"), "password": secret,
		"nested": resource.NewProperty(resource.PropertyMap{"user": resource.NewProperty("ada"), "password": secret}),
	}
	for show, want := range map[bool]map[string]any{
		true:  {"host": "db", "password": "hush", "nested": map[string]any{"user": "ada", "password": "hush"}},
		false: {"host": "db", "password": "[secret]", "nested": map[string]any{"user": "ada", "password": "[secret]"}},
	} {
		values, err := outputValues(t.Context(), outputs, show)
		require.NoError(t, err)
		require.Equal(t, want, values)
	}
}
