package s3

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
