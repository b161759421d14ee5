package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// base is the image that scripts/containers.sh has put into its registry. The
// test is skipped where there is none.
func base(t *testing.T) string {
	host, image := os.Getenv("DORC_TEST_DOCKER_HOST"), os.Getenv("DORC_TEST_BASE_IMAGE")
	if host == "" || image == "" {
		t.Skip("no container engine for tests: eval and export what `scripts/containers.sh up DIR` prints")
	}
	t.Setenv("DOCKER_HOST", host)
	client := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(client, "config.json"), []byte("{}"), 0o600))
	t.Setenv("DOCKER_CONFIG", client)
	t.Setenv("CONTAINERS_STORAGE_CONF", os.Getenv("DORC_TEST_STORAGE_CONF"))
	t.Setenv("CONTAINERS_REGISTRIES_CONF", os.Getenv("DORC_TEST_REGISTRIES_CONF"))
	return image
}

// engine is the one of a name. Docker is there when the base image is.
func engine(t *testing.T, name string) *Engine {
	e, err := Find(t.Context(), name)
	if err != nil && name != Docker {
		t.Skip(err)
	}
	require.NoError(t, err)
	return e
}

// layers is a cache that the tests share: the base image is compressed once.
var layers string

func TestMain(m *testing.M) {
	var err error
	if layers, err = os.MkdirTemp("", "dorc-layers-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(layers); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// repo is a config repo with one function.
func repo(t *testing.T, dockerfile string) Request {
	root := t.TempDir()
	for name, text := range map[string]string{
		"Dockerfile":                        dockerfile,
		"requirements.txt":                  "",
		"src/raw/weather/requirements.txt":  "",
		"src/raw/weather/fetch/lambda.py":   "def handler(event, context):\n    return event\n",
		"src/raw/weather/fetch/table.csv":   "a,b\n",
		"src/raw/weather/another/lambda.py": "",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	return Request{Function: "raw/weather/fetch", Context: root, CodePath: "src/raw/weather/fetch", Network: "host", Cache: layers,
		Progress: func(line string) { t.Log(line) }}
}

// files are the regular files of an image by path, without slash.
func files(t *testing.T, image v1.Image) map[string]string {
	found := map[string]string{}
	r := mutate.Extract(image)
	defer r.Close()
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		if h.Typeflag == tar.TypeReg {
			data, err := io.ReadAll(tr)
			require.NoError(t, err)
			found[strings.TrimPrefix(h.Name, "./")] = string(data)
		}
	}
}

func TestBuild(t *testing.T) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			from := base(t)
			e := engine(t, name)
			r := repo(t, "FROM "+from+"\nARG CODE_PATH\nCOPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/\nLABEL a=b\nRUN echo \"$CODE_PATH\" >made\nCMD [\"lambda.handler\"]\n")
			r.Labels = map[string]string{"dev.dorc.source-hash": "1234"}
			before := images(t, e)
			image, done, err := e.Build(t.Context(), r)
			require.NoError(t, err)
			defer func() { require.NoError(t, done()) }()

			require.NoError(t, validate.Image(image))
			manifest, err := image.Manifest()
			require.NoError(t, err)
			assert.Equal(t, types.OCIManifestSchema1, manifest.MediaType)
			assert.Equal(t, types.OCIConfigJSON, manifest.Config.MediaType)
			for _, l := range manifest.Layers {
				assert.Equal(t, types.OCILayer, l.MediaType)
			}
			config, err := image.ConfigFile()
			require.NoError(t, err)
			assert.Equal(t, "linux/amd64", config.OS+"/"+config.Architecture)
			assert.Equal(t, []string{"lambda.handler"}, config.Config.Cmd)
			assert.Equal(t, []string{"/lambda-entrypoint.sh"}, config.Config.Entrypoint)
			assert.Equal(t, "/var/task", config.Config.WorkingDir)
			assert.Equal(t, "1234", config.Config.Labels["dev.dorc.source-hash"])
			assert.Equal(t, "b", config.Config.Labels["a"])
			assert.Zero(t, config.Created.Unix())

			in := files(t, image)
			assert.Equal(t, "a,b\n", in["var/task/table.csv"])
			assert.Equal(t, "src/raw/weather/fetch\n", in["var/task/made"])
			assert.Contains(t, in, "var/task/lambda.py")
			assert.Contains(t, in, "lambda-entrypoint.sh")
			assert.Equal(t, before, images(t, e), "names are left in the engine")
		})
	}
}

// images are the names of the images that the engine has.
func images(t *testing.T, e *Engine) (names []string) {
	out, err := e.command("images", "--format", "{{.Repository}}:{{.Tag}}").output(t.Context())
	if e.Name == Buildah {
		out, err = e.command("images", "--format", "{{.Name}}:{{.Tag}}").output(t.Context())
	}
	require.NoError(t, err)
	for _, line := range strings.Fields(out) {
		if strings.Contains(line, "dorc-build") {
			names = append(names, line)
		}
	}
	return names
}

// The value of a secret is in no layer, history, label, configuration, line of
// the log or argument, though the build has it.
func TestSecretsAreNowhere(t *testing.T) {
	const canary = "canary-5e3f9"
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			from := base(t)
			t.Setenv("PIP_INDEX_URL", "https://user:"+canary+"@index.invalid/simple")
			t.Setenv("UV_INDEX_PRIVATE_PASSWORD", canary+"-uv")
			config := filepath.Join(t.TempDir(), "pip.conf")
			require.NoError(t, os.WriteFile(config, []byte("[global]\nextra-index-url = https://"+canary+"-file@index.invalid/\n"), 0o600))
			t.Setenv("PIP_CONFIG_FILE", config)
			e := engine(t, name)
			r := repo(t, "FROM "+from+`
ARG CODE_PATH
COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/
RUN --mount=type=secret,id=PIP_INDEX_URL --mount=type=secret,id=UV_INDEX_PRIVATE_PASSWORD --mount=type=secret,id=pip.conf \
  echo `+rand.Text()+` && cat /run/secrets/* && wc -c </run/secrets/PIP_INDEX_URL >length && env >environment
CMD ["lambda.handler"]
`)
			var log strings.Builder
			r.Progress = func(line string) { log.WriteString(line + "\n") }
			s, err := e.readSecrets(t.TempDir())
			require.NoError(t, err)
			assert.NotContains(t, strings.Join(e.arguments(r, s, "tag"), " "), canary)

			image, done, err := e.Build(t.Context(), r)
			require.NoError(t, err, log.String())
			defer func() { require.NoError(t, done()) }()
			in := files(t, image)
			assert.Equal(t, strconv.Itoa(len(os.Getenv("PIP_INDEX_URL"))), strings.TrimSpace(in["var/task/length"]), "the build has the secret")
			assert.Contains(t, log.String(), "***", "the build says the secret")
			assert.NotContains(t, log.String(), canary)
			for path, text := range in {
				assert.False(t, strings.Contains(text, canary), path)
			}
			layers, err := image.Layers()
			require.NoError(t, err)
			for _, l := range layers {
				r, err := l.Uncompressed()
				require.NoError(t, err)
				data, err := io.ReadAll(r)
				require.NoError(t, err)
				assert.False(t, bytes.Contains(data, []byte(canary)))
			}
			settings, err := image.RawConfigFile()
			require.NoError(t, err)
			assert.NotContains(t, string(settings), canary)
			assert.True(t, json.Valid(settings))
		})
	}
}

// A build that fails names the function, the line and what the engine said.
func TestBuildFails(t *testing.T) {
	const head = "# a comment\nFROM "
	for what, tt := range map[string]struct {
		rest string
		line int
		said string
	}{
		"a command":  {"\nARG CODE_PATH\n\nRUN echo before\nRUN echo out-of-luck && \\\n  false\n", 6, "out-of-luck"},
		"no file":    {"\nCOPY missing.txt ./\n", 3, "missing.txt"},
		"no base":    {"-missing\nRUN x\n", 2, "-missing"},
		"a bad flag": {"\nCOPY --form=x a b\n", 3, "form"},
	} {
		for _, name := range names {
			t.Run(what+"/"+name, func(t *testing.T) {
				from := base(t)
				e := engine(t, name)
				before := images(t, e)
				_, _, err := e.Build(t.Context(), repo(t, head+from+tt.rest))
				var p problem.Problem
				require.ErrorAs(t, err, &p)
				assert.Equal(t, "the image of a function cannot be built", p.Summary)
				assert.Contains(t, p.Detail, "raw/weather/fetch with "+name+" ")
				assert.Contains(t, p.Detail, tt.said)
				assert.NotEmpty(t, p.Hint)
				assert.Equal(t, before, images(t, e))
				// Podman and Buildah tell no place of what they cannot read.
				if name == Docker || what != "a bad flag" {
					assert.Equal(t, tt.line, p.Line, p.Detail)
				}
			})
		}
	}
}

// A build that is cancelled ends, and leaves no name in the engine.
func TestBuildIsCancelled(t *testing.T) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			from := base(t)
			e := engine(t, name)
			before := images(t, e)
			r := repo(t, "FROM "+from+"\nRUN echo begun-"+rand.Text()+" | tr - _ && sleep 60\n")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r.Progress = func(line string) {
				t.Log(line)
				if strings.Contains(line, "begun_") {
					cancel()
				}
			}
			_, done, err := e.Build(ctx, r)
			require.ErrorIs(t, err, context.Canceled)
			assert.Nil(t, done)
			assert.Equal(t, before, images(t, e))
		})
	}
}
