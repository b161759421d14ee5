package ui_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/blang/semver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/ui"
)

var plugin = engine.Plugin{Name: "aws", Version: semver.MustParse("6.83.2")}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 161_200_000: "161.2 MB", 2_500_000_000_000: "2.5 TB", 1 << 62: "4611686.0 TB",
	} {
		assert.Equal(t, want, ui.Bytes(n))
	}
}

// Without a terminal a download is lines; results are not mixed with them.
func TestDownloadWithoutTerminal(t *testing.T) {
	var out, err bytes.Buffer
	d := ui.Display{Output: ui.Output{Out: &out, Err: &err}}
	data, readErr := io.ReadAll(d.Download(plugin, io.NopCloser(strings.NewReader("archive")), 2_000_000))
	require.NoError(t, readErr)
	assert.Equal(t, "archive", string(data))
	d.Retry(plugin, "the server stopped sending", 80*time.Millisecond)
	assert.Empty(t, out.String())
	assert.Equal(t, "Downloading plugin aws 6.83.2: 0 B of 2.0 MB\n"+
		"The download of plugin aws 6.83.2 failed and is tried again in 80ms: the server stopped sending\n", err.String())
}

func TestDownloadAsJSON(t *testing.T) {
	var out, err bytes.Buffer
	d := ui.Display{Output: ui.Output{Out: &out, Err: &err, JSON: true}}
	_, readErr := io.ReadAll(d.Download(plugin, io.NopCloser(strings.NewReader("archive")), -1))
	require.NoError(t, readErr)
	assert.JSONEq(t, `{"plugin":"aws","version":"6.83.2","received":0,"size":-1}`, out.String())
	assert.Empty(t, err.String())
}
