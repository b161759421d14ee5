package s3

import (
	"bufio"
	"io"
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
		got, err := keyPath(key)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		back, ok := pathKey(got)
		assert.True(t, ok)
		assert.Equal(t, key, back)
	}
	_, err := keyPath(strings.Repeat("x", 255))
	require.Error(t, err)
	for _, name := range []string{"50%.txt", "%zz", "%2e", "a//b"} {
		_, ok := pathKey(name)
		assert.False(t, ok, name)
	}
}

func FuzzKeyPath(f *testing.F) {
	f.Add("a/../b")
	f.Add("%2F/\x00")
	f.Fuzz(func(t *testing.T, key string) {
		path, err := keyPath(key)
		if err != nil {
			return
		}
		require.True(t, filepath.IsLocal(path), path)
		for _, p := range []string{path, path + selfSuffix} {
			back, ok := pathKey(p)
			require.True(t, ok)
			require.Equal(t, key, back)
		}
	})
}

func TestChunks(t *testing.T) {
	tests := []struct{ name, body, want, err string }{
		{"signed", "5;chunk-signature=abc\r\nhello\r\n0;chunk-signature=def\r\n\r\n", "hello", ""},
		{"unsigned with trailer", "5\r\nhello\r\n3\r\n!!!\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n", "hello!!!", ""},
		{"no trailer end", "1\r\nx\r\n0\r\n", "x", ""},
		{"cut", "5\r\nhel", "hel", "unexpected EOF"},
		{"no number", "zz\r\n", "", "not a number"},
		{"negative", "-1\r\n", "", "not a number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := io.ReadAll(&chunks{in: bufio.NewReader(strings.NewReader(test.body))})
			assert.Equal(t, test.want, string(got))
			if test.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.err)
			}
		})
	}
}
