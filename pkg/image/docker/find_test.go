package docker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// only hides the engines of this machine.
func only(t *testing.T, dirs ...string) {
	t.Setenv("PATH", strings.Join(dirs, string(os.PathListSeparator)))
	before := systemFolder
	systemFolder = t.TempDir()
	t.Cleanup(func() { systemFolder = before })
}

// program puts a shell script in the place of an engine.
func program(t *testing.T, dir, name, script string) {
	require.NoError(t, os.MkdirAll(dir, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o700))
}

// cli is Docker's program: what it says to version, buildx version and buildx build --help.
func cli(version, buildx string) string {
	return `case "$*" in
version*) ` + version + ` ;;
"buildx version") ` + buildx + ` ;;
"buildx build --help") echo "  --provenance  --sbom" ;;
*) echo "unexpected: $*" >&2; exit 9 ;;
esac
`
}

func answers(client, server string) string {
	return `echo '{"Client":{"Version":"` + client + `"},"Server":` + server + `}'`
}

const (
	linux  = `{"Version":"27.0.1","Os":"linux"}`
	none   = `echo "docker: 'buildx' is not a docker command." >&2; exit 1`
	plugin = `echo "github.com/docker/buildx v0.14.0"`
)

func TestProbeDocker(t *testing.T) {
	for name, tt := range map[string]struct {
		script string
		want   Engine
		why    string
	}{
		"buildx":           {cli(answers("27.0.1", linux), plugin), Engine{Version: "27.0.1", buildx: true, attestations: true}, ""},
		"BuildKit inside":  {cli(answers("20.10.24+dfsg1", linux), none), Engine{Version: "20.10.24+dfsg1"}, ""},
		"no buildx":        {cli(answers("28.2.2", linux), none), Engine{}, "docker 28.2.2 needs the buildx plugin for BuildKit, and has none"},
		"no engine":        {cli(answers("28.2.2", "null")+`; echo "Cannot connect to the Docker daemon." >&2; exit 1`, plugin), Engine{}, "no Docker engine answers: Cannot connect to the Docker daemon."},
		"Windows":          {cli(answers("28.2.2", `{"Version":"28","Os":"windows"}`), plugin), Engine{}, "the Docker engine makes images for windows, not linux"},
		"Podman's wrapper": {`echo "Client: Podman Engine"`, Engine{}, "it is not Docker's own program"},
		"broken":           {`echo "exec format error" >&2; exit 126`, Engine{}, "exec format error"},
		"silent":           {`exit 3`, Engine{}, "ended with code 3"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			program(t, dir, Docker, tt.script)
			e, err := probe(t.Context(), Docker, filepath.Join(dir, Docker))
			if tt.why != "" {
				require.EqualError(t, err, tt.why)
				return
			}
			require.NoError(t, err)
			tt.want.Name, tt.want.Path, tt.want.environment = Docker, filepath.Join(dir, Docker), e.environment
			assert.Equal(t, tt.want, *e)
			assert.Contains(t, e.environment, "DOCKER_BUILDKIT=1")
		})
	}
}

// The first program that can is taken: one without BuildKit does not end the search.
func TestFind(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	program(t, first, Docker, cli(answers("28.2.2", linux), none))
	program(t, second, Docker, cli(answers("20.10.24", linux), none))
	program(t, second, Podman, `[ "$1" = --version ] && echo podman version 4.3.1; exit 0`)
	program(t, second, Buildah, `[ "$1" = --version ] && echo "buildah version 1.28.2 (image-spec 1.1.0)"; exit 0`)
	only(t, first, second)

	e, err := Find(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, "docker 20.10.24 ("+filepath.Join(second, Docker)+")", e.String())
	for _, name := range []string{Podman, Buildah} {
		e, err = Find(t.Context(), name)
		require.NoError(t, err)
		assert.Equal(t, filepath.Join(second, name), e.Path)
	}
	assert.Equal(t, "1.28.2", e.Version)
}

func TestFindSaysWhyNot(t *testing.T) {
	dir := t.TempDir()
	program(t, dir, Podman, `[ "$1" = --version ] && echo podman version 4.3.1 && exit; echo "warning" >&2; echo "Error: no subuid ranges" >&2; exit 125`)
	only(t, dir)
	_, err := Find(t.Context(), Podman)
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "no container engine can build here", p.Summary)
	assert.Contains(t, p.Detail, filepath.Join(dir, Podman)+": Error: no subuid ranges")
	assert.Contains(t, p.Hint, "image_builder: standard")

	_, err = Find(t.Context(), "pdoman")
	require.ErrorAs(t, err, &p)
	assert.Equal(t, `Did you mean "podman"?`, p.Hint)

	_, err = Find(t.Context(), "")
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "docker: is not on the PATH\n  "+filepath.Join(dir, Podman)+": Error: no subuid ranges\n  buildah: is not on the PATH", p.Detail)
}

func TestArguments(t *testing.T) {
	r := Request{Context: "/repo", Dockerfile: "Dockerfile", CodePath: "src/l/-p/f", Network: "host"}
	s := &secrets{flags: []string{"--secret", "id=PIP_INDEX_URL,env=PIP_INDEX_URL"}}
	const common = "--platform=linux/amd64 --build-arg=CODE_PATH=src/l/-p/f --tag=tag --file=/repo/Dockerfile --network=host --secret id=PIP_INDEX_URL,env=PIP_INDEX_URL /repo"
	for _, tt := range []struct {
		engine Engine
		want   string
	}{
		{Engine{Name: Docker}, "build --progress=plain "},
		{Engine{Name: Docker, buildx: true}, "buildx build --load --progress=plain "},
		{Engine{Name: Docker, buildx: true, attestations: true}, "buildx build --load --progress=plain --provenance=false --sbom=false "},
		{Engine{Name: Podman}, "build --format=oci --timestamp=0 "},
		{Engine{Name: Buildah}, "bud --format=oci --timestamp=0 "},
	} {
		assert.Equal(t, tt.want+common, strings.Join(tt.engine.arguments(r, s, "tag"), " "))
	}
}

// Engines that know no secrets from variables get files that only this user reads.
func TestSecretsInFiles(t *testing.T) {
	t.Setenv("PIP_INDEX_URL", "https://u:p%40ss@index.invalid/")
	t.Setenv("PIP_CONFIG_FILE", os.DevNull)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", "")
	for version, inFile := range map[string]bool{"3.4.1": true, "4.3.1": false, "odd": true} {
		dir := t.TempDir()
		s, err := (&Engine{Name: Podman, Version: version}).readSecrets(dir)
		require.NoError(t, err)
		path := filepath.Join(dir, "PIP_INDEX_URL")
		if !inFile {
			assert.Contains(t, s.flags, "id=PIP_INDEX_URL,env=PIP_INDEX_URL")
			assert.NoFileExists(t, path)
			continue
		}
		assert.Contains(t, s.flags, "id=PIP_INDEX_URL,src="+path)
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode())
		assert.Equal(t, "to ***, *** and https://***@other.invalid", s.hide("to https://u:p%40ss@index.invalid/, p@ss and https://x:y@other.invalid"))
	}
}
