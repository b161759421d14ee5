package container

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
)

// program puts a program into PATH that answers as an engine's command line does.
func program(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755))
}

// docker answers as docker does, with an info line and the engine's address.
func docker(info, address string) string {
	return `case "$1" in --version) echo "Docker version 28";; info) echo '` + info + `';; context) echo '` + address + `';; esac`
}

func TestFind(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("where containers reach this machine differs by system")
	}
	const podman = `case "$1" in --version) echo "podman version 4.3.1";; info) echo false;; esac`
	for name, test := range map[string]struct {
		programs map[string]string
		want     Engine
		refused  string
	}{
		"none":             {nil, Engine{}, "Neither docker nor podman is in PATH."},
		"docker":           {map[string]string{"docker": docker("linux|true|Debian|[name=seccomp]", "unix:///var/run/docker.sock"), "podman": podman}, Engine{Name: "docker", Limits: true}, ""},
		"no limits":        {map[string]string{"docker": docker("linux|false|Debian|[]", "unix:///x")}, Engine{Name: "docker"}, ""},
		"Docker Desktop":   {map[string]string{"docker": docker("linux|true|Docker Desktop|[]", "unix:///x")}, Engine{Name: "docker", Limits: true, host: "host.docker.internal"}, ""},
		"podman":           {map[string]string{"podman": podman}, Engine{Name: "podman", Limits: true}, ""},
		"podman as docker": {map[string]string{"docker": podman}, Engine{Name: "podman", Limits: true}, ""},
		"podman instead":   {map[string]string{"docker": docker("", "") + "\n[ $1 != info ] || { echo no daemon >&2; exit 1; }", "podman": podman}, Engine{Name: "podman", Limits: true}, ""},
		"no daemon":        {map[string]string{"docker": docker("", "") + "\n[ $1 != info ] || { echo no daemon >&2; exit 1; }"}, Engine{}, "no daemon"},
		"rootless":         {map[string]string{"docker": docker("linux|true|Debian|[name=rootless]", "unix:///x")}, Engine{}, "rootless"},
		"Windows":          {map[string]string{"docker": docker("windows|true|Windows|[]", "npipe:///x")}, Engine{}, "does not run Linux containers"},
		"elsewhere":        {map[string]string{"docker": docker("linux|true|Debian|[]", "ssh://build@example.org")}, Engine{}, "on another machine"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			for file, text := range test.programs {
				program(t, dir, file, text)
			}
			got, err := Find(context.Background())
			if test.refused != "" {
				require.ErrorContains(t, err, "no container engine was found")
				require.ErrorContains(t, err, test.refused)
				return
			}
			require.NoError(t, err)
			got.program = ""
			assert.Equal(t, test.want, *got)
		})
	}
}

func TestLocal(t *testing.T) {
	for address, want := range map[string]bool{"unix:///var/run/docker.sock": true, "npipe:////./pipe/docker_engine": true, "tcp://127.0.0.1:2375": true,
		"tcp://localhost:2375": true, "tcp://[::1]:2375": true, "tcp://10.0.0.5:2376": false, "ssh://me@localhost": false, "": false, "::": false} {
		assert.Equal(t, want, local(address), address)
	}
}

func TestReach(t *testing.T) {
	assert.Equal(t, "http://127.0.0.1:80", (&Engine{}).reach("http://127.0.0.1:80"))
	assert.Equal(t, "http://host.docker.internal:80", (&Engine{host: "host.docker.internal"}).reach("http://127.0.0.1:80"))
}

// Variables are in a file of the user's own, never in arguments.
func TestVariables(t *testing.T) {
	const canary = "canary 8f$1"
	r := &Runtime{Engine: &Engine{Name: "docker", Limits: true, host: "host.docker.internal"}, Image: "dorc.local/x:1", Entrypoint: []string{"/entry", "-x"}, Command: []string{"lambda.handler"}}
	s := lambda.Sandbox{API: "127.0.0.1:5", Temporary: t.TempDir(), Function: &lambda.Function{Name: "f", MemoryMB: 256, Endpoint: "http://127.0.0.1:6",
		Variables: map[string]string{"SECRET": canary, "AWS_REGION": "Lambda's own wins"}, Region: "eu-west-2"}}
	file, err := r.variables(s)
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, want := range []string{"SECRET=" + canary, "AWS_REGION=eu-west-2", "AWS_LAMBDA_RUNTIME_API=host.docker.internal:5", "AWS_ENDPOINT_URL_S3=http://host.docker.internal:6"} {
		assert.Contains(t, strings.Split(string(text), "\n"), want)
	}
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	args := r.arguments("name", file, 256)
	assert.NotContains(t, strings.Join(args, " "), "canary")
	assert.Equal(t, []string{"--entrypoint=/entry", "dorc.local/x:1", "-x", "lambda.handler"}, args[len(args)-4:])
	assert.Contains(t, args, "--memory=256m")
	assert.NotContains(t, args, "--network=host")
	assert.Contains(t, (&Runtime{Engine: &Engine{}}).arguments("name", file, 256), "--network=host")
}
