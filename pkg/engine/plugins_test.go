package engine_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/blang/semver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// The plugin's version is the SDK's, which go.mod pins, and what its resources ask for.
func TestLinkedPlugins(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/pulumi/pulumi-aws/sdk/v6").Output()
	require.NoError(t, err)
	linked := linkedAWS(t)
	assert.Equal(t, "aws", linked.Name)
	assert.Equal(t, strings.TrimSpace(string(out)), "v"+linked.Version.String())
}

func linkedAWS(t *testing.T) engine.Plugin {
	t.Helper()
	var linked []engine.Plugin
	require.NoError(t, run(t, &linked, "linked"))
	require.Len(t, linked, 1)
	return linked[0]
}

// A plugin that is not there is downloaded before the display begins, once, and
// started; Pulumi takes it because it has exactly the version that the SDK's
// resources ask for. Destroying without a program needs it too.
func TestOperationInstallsPlugin(t *testing.T) {
	home, _ := pulumiHome(t)
	archive := awsArchive(t)
	m := newMirror(t, serve(archive))
	t.Setenv("PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES", ".*="+m.URL)
	aws, dir := linkedAWS(t), t.TempDir()
	t.Setenv("TEST_PLUGIN_CLOUD", filepath.Join(dir, "cloud"))
	download := fmt.Sprintf("download of %s, %d bytes", aws, len(archive))

	var said struct{ Lines []string }
	require.NoError(t, run(t, &said, "apply", dir))
	assert.Equal(t, []string{download, "update"}, said.Lines)
	assert.Equal(t, []string{archivePath("aws", aws.Version.String())}, m.paths)
	groups, err := filepath.Glob(filepath.Join(dir, "cloud", "resources", "*", "*"))
	require.NoError(t, err)
	assert.NotEmpty(t, groups)

	require.NoError(t, run(t, &said, "apply", dir))
	assert.Equal(t, []string{"update"}, said.Lines)

	require.NoError(t, os.RemoveAll(filepath.Join(home, "plugins")))
	require.NoError(t, run(t, &said, "destroy", dir))
	assert.Equal(t, []string{download, "destroy"}, said.Lines)
	assert.Len(t, m.paths, 2)
}

// An operation whose plugin cannot be had changes and shows nothing.
func TestOperationWithoutPlugin(t *testing.T) {
	pulumiHome(t)
	t.Setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
	var said struct{ Lines []string }
	err := run(t, &said, "apply", t.TempDir())
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "the plugin is not installed, and dorc may not download it", p.Summary)
	assert.Contains(t, p.Detail, "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")
	assert.Contains(t, p.Hint, strings.TrimPrefix(archivePath("aws", linkedAWS(t).Version.String()), "/"))
	assert.Empty(t, said.Lines)
}

func small(url string) engine.Plugin {
	return engine.Plugin{Name: "small", Version: semver.MustParse("1.2.3"), DownloadURL: url}
}

func encoded(t *testing.T, p engine.Plugin) string {
	t.Helper()
	text, err := json.Marshal(p)
	require.NoError(t, err)
	return string(text)
}

const binary = "pulumi-resource-small"

// What goes wrong with a download is a problem that says from where it was to
// come, leaves nothing behind, and does not keep the next attempt from working.
func TestDownloadFaults(t *testing.T) {
	good := textArchive(t, binary, 0o755, strings.Repeat("program", 1000))
	for name, c := range map[string]struct {
		answer                func(http.ResponseWriter, *http.Request)
		summary, detail, hint string
		asked                 int
	}{
		"not there": {
			answer:  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 404) },
			summary: "the plugin cannot be installed", asked: 1,
			detail: "/pulumi-resource-small-v1.2.3-" + runtime.GOOS + "-" + runtime.GOARCH + ".tar.gz answers with status 404: it does not have this version",
			hint:   "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES",
		},
		"out of order": {
			answer:  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 500) },
			summary: "the plugin cannot be installed", detail: "answers with status 500", hint: "mirror", asked: 5,
		},
		"breaks off": {
			answer: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", "1000000")
				_, _ = w.Write(good)
			},
			summary: "the plugin cannot be installed", detail: "unexpected EOF", hint: "mirror", asked: 5,
		},
		"truncated": {
			answer:  serve(good[:len(good)/2]),
			summary: "what was downloaded is not the plugin", detail: "EOF", hint: "mirror", asked: 1,
		},
		"a page": {
			answer:  serve([]byte("<html>Please log in</html>")),
			summary: "what was downloaded is not the plugin", detail: "gzip", hint: "mirror", asked: 1,
		},
		"another plugin": {
			answer:  serve(textArchive(t, "pulumi-resource-other", 0o755, "program")),
			summary: "what was downloaded is not the plugin", detail: "it has no program pulumi-resource-small", hint: "mirror", asked: 1,
		},
		"no program": {
			answer:  serve(textArchive(t, binary, 0o644, "text")),
			summary: "what was downloaded is not the plugin", detail: "it has no program", hint: "mirror", asked: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			home, temporary := pulumiHome(t)
			m := newMirror(t, c.answer)
			secret := strings.Replace(m.URL, "http://", "http://ada:s3cret@", 1)
			display := &downloads{}
			_, err := engine.EnsurePlugin(t.Context(), small(secret), display)
			var p problem.Problem
			require.ErrorAs(t, err, &p)
			assert.Equal(t, "plugin small 1.2.3", p.Resource)
			assert.Equal(t, c.summary, p.Summary)
			assert.Contains(t, p.Detail, c.detail)
			assert.Contains(t, p.Detail, m.URL, "from where")
			assert.Contains(t, p.Hint, c.hint)
			assert.NotContains(t, err.Error()+strings.Join(display.tried, ""), "s3cret")
			assert.NotContains(t, err.Error(), "ada")
			assert.NotContains(t, err.Error(), "attempts")
			assert.Len(t, m.paths, c.asked)
			assertEmpty(t, temporary)
			assertNoPlugin(t, home)

			m.answer = serve(good)
			found, err := engine.EnsurePlugin(t.Context(), small(m.URL), nil)
			require.NoError(t, err)
			assert.True(t, found.Downloaded)
			assert.FileExists(t, filepath.Join(found.Dir, binary))
		})
	}
}

// A download of which the end is not waited for leaves nothing.
func TestDownloadInterrupted(t *testing.T) {
	home, temporary := pulumiHome(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	m := newMirror(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(make([]byte, 1000))
		http.NewResponseController(w).Flush() //nolint:errcheck // the test's client sees it
		cancel(stop)
		<-r.Context().Done()
	})
	_, err := engine.EnsurePlugin(ctx, small(m.URL), nil)
	require.ErrorIs(t, err, stop)
	assertEmpty(t, temporary)
	assertNoPlugin(t, home)
}

// Checksums that a provider names are held.
func TestDownloadChecksum(t *testing.T) {
	home, _ := pulumiHome(t)
	good := textArchive(t, binary, 0o755, "program")
	m := newMirror(t, serve(good))
	p := small(m.URL)
	sum := sha256.Sum256([]byte("other"))
	p.Checksums = map[string][]byte{runtime.GOOS + "-" + runtime.GOARCH: sum[:]}
	_, err := engine.EnsurePlugin(t.Context(), p, nil)
	require.ErrorContains(t, err, "its SHA-256 is")
	assertNoPlugin(t, home)
	sum = sha256.Sum256(good)
	p.Checksums[runtime.GOOS+"-"+runtime.GOARCH] = sum[:]
	_, err = engine.EnsurePlugin(t.Context(), p, nil)
	require.NoError(t, err)
}

// Processes that need one plugin at the same time download it once.
func TestDownloadByManyProcesses(t *testing.T) {
	pulumiHome(t)
	m := newMirror(t, serve(textArchive(t, binary, 0o755, strings.Repeat("program", 100000))))
	_, err := built()
	require.NoError(t, err)
	var group sync.WaitGroup
	var mu sync.Mutex
	count := 0
	for range 4 {
		group.Go(func() {
			var found engine.InstalledPlugin
			assert.NoError(t, run(t, &found, "ensure", encoded(t, small(m.URL))))
			mu.Lock()
			defer mu.Unlock()
			if found.Downloaded {
				count++
			}
		})
	}
	group.Wait()
	assert.Equal(t, 1, count)
	assert.Len(t, m.paths, 1)
}

// A mirror stands in for Pulumi's own releases.
func TestMirror(t *testing.T) {
	pulumiHome(t)
	m := newMirror(t, serve(textArchive(t, binary, 0o755, "program")))
	t.Setenv("PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES", ".*="+m.URL+"/plugins")
	var found engine.InstalledPlugin
	require.NoError(t, run(t, &found, "ensure", encoded(t, small(""))))
	assert.True(t, found.Downloaded)
	assert.Equal(t, []string{"/plugins" + archivePath("small", "1.2.3")}, m.paths)
}

// A plugin on the PATH is used, as Pulumi does for who works on a plugin.
func TestAmbientPlugin(t *testing.T) {
	pulumiHome(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, binary), []byte("#!/bin/sh\n"), 0o755))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	found, err := engine.EnsurePlugin(t.Context(), small(""), nil)
	require.NoError(t, err)
	assert.True(t, found.Ambient)
	assert.Equal(t, dir, found.Dir)
}

// A folder that may not be written is named, with what else can be used.
func TestPulumiHomeIsAFile(t *testing.T) {
	pulumiHome(t)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("PULUMI_HOME", file)
	_, err := engine.EnsurePlugin(t.Context(), small("http://127.0.0.1:1"), nil)
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Contains(t, p.Error(), file)
}
