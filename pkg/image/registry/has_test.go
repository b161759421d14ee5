package registry

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHas(t *testing.T) {
	f := newFake(t)
	c, _, _ := testClient(t, Options{})
	img := testImage(t, "one")
	digest, err := c.Push(t.Context(), f.host()+"/etl", "dev-1", img)
	require.NoError(t, err)
	f.forget()
	found, err := c.Has(t.Context(), f.host()+"/etl", digest)
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, call{"HEAD", "/v2/etl/manifests/" + digest, ""}, f.calls[0])
	found, err = c.Has(t.Context(), f.host()+"/other", digest)
	require.NoError(t, err)
	assert.False(t, found)
	found, err = c.Has(t.Context(), f.host()+"/etl", "sha256:"+strings.Repeat("0", 64))
	require.NoError(t, err)
	assert.False(t, found)
	for _, bad := range []string{"", "dev-1", "sha256:1"} {
		_, err = c.Has(t.Context(), f.host()+"/etl", bad)
		asProblem(t, err, "the digest is not one that registries take")
	}
}
