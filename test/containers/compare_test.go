package containers

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/docker"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/image/registry"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const (
	pipelineFolder = "src/raw/weather/"
	folder         = pipelineFolder + "extract/"
)

// plain answers with what the Runtime API and the image give it.
const plain = `
import os, sys

def handler(event, context):
    here = os.path.dirname(os.path.abspath(__file__))
    return {
        "event": event,
        "files": sorted(os.listdir(here)),
        "folder": os.getcwd(),
        "python": sys.version,
        "handler": os.environ["_HANDLER"],
        "task root": os.environ["LAMBDA_TASK_ROOT"],
        "request": context.aws_request_id,
    }
`

// packaged answers with what packages, a module and a file of its own give it.
const packaged = `
import json, os
import idna, tabulate
import helper

def handler(event, context):
    with open(os.path.join(os.environ["LAMBDA_TASK_ROOT"], "table.json")) as f:
        rows = json.load(f)
    return {
        "name": idna.encode(event["name"]).decode(),
        "table": tabulate.tabulate(rows, headers=["a", "b"]),
        "versions": [idna.__version__, tabulate.__version__],
        "twice": helper.twice(event["number"]),
    }
`

// The same function is built with the standard Dockerfile and a real engine, and
// with the standard builder: same files, same configuration, same answer.
func TestStandardBuilderDoesWhatDockerDoes(t *testing.T) {
	baseImage := start(t)
	form, err := os.ReadFile(filepath.Join("..", "..", "examples", "pipeline-config", "Dockerfile"))
	require.NoError(t, err)
	_, standard, found := strings.Cut(string(form), "\n")
	require.True(t, found)
	standard = "FROM " + baseImage + "\n" + standard

	for name, tt := range map[string]struct {
		files map[string]string
		event string
	}{
		"code alone": {
			map[string]string{"Dockerfile": standard, folder + "lambda.py": plain, folder + ".hidden": "x", folder + "odd name é.txt": "y\n"},
			`{"a": [1, 2, {"b": "ü"}]}`,
		},
		"packages of repo and pipeline": {
			map[string]string{
				"Dockerfile": standard, "requirements.txt": "tabulate==0.9.0\n", pipelineFolder + "requirements.txt": "# names\nidna==3.10\n",
				folder + "lambda.py": packaged, folder + "helper.py": "def twice(n):\n    return 2 * n\n", folder + "table.json": "[[1, 2], [3, 4]]",
			},
			`{"name": "bücher.example", "number": 21}`,
		},
		"folders": {
			// With a * in the end, Docker copies what is in folders into the task root itself.
			map[string]string{
				"Dockerfile":          strings.Replace(standard, "${CODE_PATH}/* ", "${CODE_PATH}/ ", 1),
				folder + "lambda.py":  "from parts.deep import one\n" + plain,
				folder + "parts/a.md": "a", folder + "parts/deep/one.py": "",
			},
			`null`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			repo := componenttest.Repo(t, tt.files)
			// A program keeps its mode.
			script := filepath.Join(repo.Root, folder, "run.sh")
			require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"), 0o600))
			require.NoError(t, os.Chmod(script, 0o755))

			byDocker := buildWithDocker(t, repo)
			byStandard := buildStandard(t, repo)
			want, got := contents(t, byDocker), contents(t, byStandard)
			require.NotEmpty(t, want.task)
			assert.Equal(t, want.task, got.task)
			assert.Equal(t, want.packages, got.packages)
			assert.Equal(t, settings(t, byDocker), settings(t, byStandard))

			answer := invoke(t, byDocker, tt.event)
			assert.JSONEq(t, answer, invoke(t, byStandard, tt.event))
			var members map[string]any
			require.NoError(t, json.Unmarshal([]byte(answer), &members))
			assert.NotContains(t, members, "errorMessage")
			if tt.files["requirements.txt"] != "" {
				assert.Equal(t, "xn--bcher-kva.example", members["name"])
				assert.EqualValues(t, 42, members["twice"])
			}
		})
	}
}

func buildWithDocker(t *testing.T, repo *configrepo.Repo) v1.Image {
	t.Helper()
	built, done, err := engine(t).Build(t.Context(), docker.Request{
		Function: "raw/weather/extract", Context: repo.Root, CodePath: strings.TrimSuffix(folder, "/"), Network: "host", Cache: cache,
		Progress: func(line string) { t.Log(line) },
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, done()) })
	return built
}

// buildStandard takes the base image from the Dockerfile, as dorc does.
func buildStandard(t *testing.T, repo *configrepo.Repo) v1.Image {
	t.Helper()
	set, err := source.SettingsOf(repo.Root, config.Universal{})
	require.NoError(t, err)
	snapshot, err := source.Source{
		Repo: repo, Pipeline: repo.Pipelines[0], Function: repo.Pipelines[0].Functions[0], Settings: set,
	}.Snapshot()
	require.NoError(t, err)
	bases := &base.Finder{Registry: registry.New(registry.Options{Cache: filepath.Join(cache, "bases")})}
	digest, err := bases.Digest(t.Context(), set.Base)
	require.NoError(t, err)
	on, err := bases.Find(t.Context(), set.Base, digest, "")
	require.NoError(t, err)
	builder := image.NewStandard(&layer.Cache{Dir: filepath.Join(cache, "standard")}, image.Packages(&python.Installer{Cache: cache}), bases, nil)
	built, done, err := builder.Build(t.Context(), image.Request{
		Snapshot: snapshot, Base: on, Key: "key", Say: func(line string) { t.Log(line) },
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, done()) })
	return built
}

// content is what an image has below the task root and in site-packages: the
// mode and the text of each file, by path.
type content struct{ task, packages map[string]string }

func contents(t *testing.T, i v1.Image) content {
	t.Helper()
	c := content{map[string]string{}, map[string]string{}}
	r := mutate.Extract(i)
	defer r.Close()
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return c
		}
		require.NoError(t, err)
		name := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(tr)
		require.NoError(t, err)
		switch _, inPackages, ok := strings.Cut(name, "/site-packages/"); {
		case strings.HasPrefix(name, "var/task/"):
			c.task[strings.TrimPrefix(name, "var/task/")] = fmt.Sprintf("%o %s", h.Mode&0o777, data)
		case ok && compared(inPackages):
			c.packages[inPackages] = string(data)
		}
	}
}

// compared leaves out what an installer writes of itself: compiled modules, which
// have times, and the records of an installation.
func compared(name string) bool {
	return !strings.Contains(name, "__pycache__/") && !slices.Contains([]string{"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}, path.Base(name))
}

// settings are the configuration without labels, which dorc sets.
func settings(t *testing.T, i v1.Image) v1.Config {
	t.Helper()
	config, err := i.ConfigFile()
	require.NoError(t, err)
	assert.Equal(t, "linux/amd64", config.OS+"/"+config.Architecture)
	slices.Sort(config.Config.Env)
	return v1.Config{
		Cmd: config.Config.Cmd, Entrypoint: config.Config.Entrypoint, Env: config.Config.Env,
		WorkingDir: config.Config.WorkingDir, User: config.Config.User,
	}
}
