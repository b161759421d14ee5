package objects

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKeyPath(t *testing.T) {
	for key, want := range map[string]string{
		"a/b.csv": "a/b.csv", "dt=2024-01-01/x y+z.csv": "dt=2024-01-01/x y+z.csv", "..": "%2E%2E", "../x": "%2E%2E/x", "/a": "%2F/a", "a/": "a/%2F",
		"50%": "50%25", "a\\b": "a%5Cb", "é": "é", "\xff": "%FF", "...": "...", "": "%2F",
	} {
		got, err := Path(key)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		back, ok := Key(got)
		assert.True(t, ok)
		assert.Equal(t, key, back)
	}
	_, err := Path(strings.Repeat("x", 255))
	require.Error(t, err)
	for _, name := range []string{"50%.txt", "%zz", "%2e", "a//b"} {
		_, ok := Key(name)
		assert.False(t, ok, name)
	}
}

func FuzzKeyPath(f *testing.F) {
	f.Add("a/../b")
	f.Add("%2F/\x00")
	f.Fuzz(func(t *testing.T, key string) {
		path, err := Path(key)
		if err != nil {
			return
		}
		require.True(t, filepath.IsLocal(path), path)
		for _, p := range []string{path, path + selfSuffix} {
			back, ok := Key(p)
			require.True(t, ok)
			require.Equal(t, key, back)
		}
	})
}
