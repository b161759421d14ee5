package cloudproof

import (
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"
)

// startRegistry serves images on loopback, and has base images like AWS's, Google's and Docker's.
func startRegistry(t *testing.T) (host string) {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host = strings.TrimPrefix(server.URL, "http://")
	push(t, host+"/lambda/python:3.12", v1.Config{Entrypoint: []string{"/lambda-entrypoint.sh"}, Env: []string{"LAMBDA_TASK_ROOT=/var/task"}, WorkingDir: "/var/task"})
	push(t, host+"/launcher:3.12", v1.Config{Entrypoint: []string{"/opt/google/dataflow/python_template_launcher"}})
	push(t, host+"/sdk:3.12", v1.Config{Entrypoint: []string{"/opt/apache/beam/boot"}})
	push(t, host+"/library/python:3.11-slim", v1.Config{Cmd: []string{"python3"}, Env: []string{"PYTHON_VERSION=3.11.9"}})
	return host
}

func push(t *testing.T, image string, config v1.Config) {
	t.Helper()
	base, err := mutate.ConfigFile(mutate.MediaType(empty.Image, types.OCIManifestSchema1), &v1.ConfigFile{OS: "linux", Architecture: "amd64", Config: config})
	require.NoError(t, err)
	base, err = mutate.AppendLayers(base, static.NewLayer([]byte("the layers of the base are not looked at"), types.OCILayer))
	require.NoError(t, err)
	ref, err := name.ParseReference(image)
	require.NoError(t, err)
	require.NoError(t, remote.Write(ref, base))
}

// ofRegistry changes the example's Dockerfile to the base image of a registry.
func ofRegistry(host string) [3]string {
	return [3]string{"Dockerfile", "FROM amazon/aws-lambda-python:3.12\n", "FROM " + host + "/lambda/python:3.12\n"}
}
