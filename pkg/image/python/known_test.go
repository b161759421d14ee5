package python

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A set is looked at once by those who share what is known; one that is gone, or was
// made anew, is not taken for the one that was known.
func TestKnown(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3, nil, map[string]string{"good.py": "x = 1\n"})
	in := x.from(t, Pip)
	in.Known = &Known{}
	get := func() *Packages {
		p, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
		require.NoError(t, err)
		return p
	}
	made := get()
	assert.False(t, made.Reused)
	found := get()
	assert.True(t, found.Reused)
	assert.Same(t, found, get(), "its files are not looked at again")
	other := *in
	assert.Same(t, found, func() *Packages {
		p, err := other.Packages(t.Context(), "function other", requirementsTxt("good==1.0"), aws312)
		require.NoError(t, err)
		return p
	}(), "nor by a copy of the installer")

	require.NoError(t, os.Remove(filepath.Join(found.Entry, manifestFile)))
	assert.False(t, get().Reused, "it is made anew")
	assert.NotSame(t, found, get())
}
