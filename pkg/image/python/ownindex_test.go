package python

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Both tools say which index they ask when nobody names one, and it is the same.
func TestOwnIndex(t *testing.T) {
	found := map[string]bool{}
	for _, with := range []Tool{Pip, UV} {
		in := newInstaller(t, with)
		r := &resolver{Installer: in, target: aws312, owner: "function weather", work: t.TempDir(),
			env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}}
		require.NoError(t, r.choose(t.Context()))
		require.Equal(t, with, r.tool)
		index, err := r.ownIndex(t.Context())
		require.NoError(t, err)
		assert.Regexp(t, "^https://[a-z.]+/simple$", index)
		found[index] = true
	}
	assert.Len(t, found, 1)
}
