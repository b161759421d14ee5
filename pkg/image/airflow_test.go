package image_test

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const airflowBase = "python:3.11-slim"

var wantedAirflow = image.Airflow{Version: "2.10.5", Python: "3.11", Lock: []byte("apache-airflow==2.10.5 --hash=sha256:x\n"), Base: airflowBase}

// airflowBuilder installs one file; asked hears for what.
func airflowBuilder(t *testing.T, bases images, asked *python.Target) *image.AirflowBuilder {
	t.Helper()
	dir := t.TempDir()
	return &image.AirflowBuilder{
		Layers: &layer.Cache{Dir: filepath.Join(dir, "layers")}, Bases: &base.Finder{Registry: bases},
		Install: func(_ context.Context, _ func(string), _ string, r python.Requirements, target python.Target) (*python.Packages, error) {
			*asked = target
			lock := r.Files[r.Roots[0].Path]
			file := filepath.Join(dir, "file")
			if err := os.WriteFile(file, lock, 0o600); err != nil {
				return nil, err
			}
			return &python.Packages{Files: []python.PackageFile{{
				Name: strings.TrimPrefix(target.Scripts, "/") + "/airflow", Executable: true, Size: int64(len(lock)), Hash: sha256.Sum256(lock), Path: file,
			}}}, nil
		},
	}
}

func slim(t *testing.T) v1.Image {
	return linuxImage(t, v1.Config{Env: []string{"PATH=/usr/local/bin:/bin", "LANG=C.UTF-8"}, Cmd: []string{"python3"}, Entrypoint: []string{"/init"}},
		map[string]string{"usr/local/bin/python3.11": "python", "usr/local/lib/python3.11/site-packages/pip/__init__.py": ""})
}

func TestAirflow(t *testing.T) {
	var asked python.Target
	b := airflowBuilder(t, images{airflowBase: slim(t)}, &asked)
	made, err := b.Build(t.Context(), wantedAirflow, func(string) {})
	require.NoError(t, err)
	require.NoError(t, validate.Image(made))
	assert.Equal(t, python.Target{
		Version: "3.11", Platform: "linux/amd64", Glibc: "2.28", Interpreter: "/opt/airflow/bin/python3.11",
		SitePackages: "/opt/airflow/lib/python3.11/site-packages", Scripts: "/opt/airflow/bin",
	}, asked)
	config := configOf(t, made)
	assert.Equal(t, []string{"/opt/airflow/bin/airflow"}, config.Entrypoint)
	assert.Empty(t, config.Cmd)
	assert.Equal(t, []string{"PATH=/opt/airflow/bin:/usr/local/bin:/bin", "LANG=C.UTF-8"}, config.Env)
	assert.Equal(t, b.Key(wantedAirflow), config.Labels[image.SourceHashLabel])
	assert.Equal(t, map[string]string{
		"usr/local/bin/python3.11": "python", "usr/local/lib/python3.11/site-packages/pip/__init__.py": "",
		"opt/airflow/bin/airflow": string(wantedAirflow.Lock), "opt/airflow/bin/python": "-> python3.11", "opt/airflow/bin/python3": "-> python3.11",
		"opt/airflow/bin/python3.11": "-> /usr/local/bin/python3.11",
		"opt/airflow/pyvenv.cfg":     "home = /usr/local/bin\ninclude-system-site-packages = false\nversion = 3.11\n",
	}, contentOf(t, made))
}

// contentOf is what an image has, a link as "-> " and where it leads.
func contentOf(t *testing.T, made v1.Image) map[string]string {
	t.Helper()
	all := map[string]string{}
	r := mutate.Extract(made)
	defer r.Close()
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		switch h.Typeflag {
		case tar.TypeReg:
			data, err := io.ReadAll(tr)
			require.NoError(t, err)
			all[h.Name] = string(data)
		case tar.TypeSymlink:
			all[h.Name] = "-> " + h.Linkname
		}
	}
}

// The tag is of the content, and nobody is asked for it.
func TestAirflowKey(t *testing.T) {
	b := &image.AirflowBuilder{Bases: &base.Finder{}}
	first := b.Key(wantedAirflow)
	assert.Len(t, first, 64)
	assert.Equal(t, first, b.Key(wantedAirflow))
	for name, change := range map[string]func(*image.Airflow){
		"lock file":  func(a *image.Airflow) { a.Lock = append([]byte("x"), a.Lock...) },
		"Python":     func(a *image.Airflow) { a.Python = "3.12" },
		"Airflow":    func(a *image.Airflow) { a.Version = "2.10.6" },
		"base image": func(a *image.Airflow) { a.Base += "-bookworm" },
		"digest":     func(a *image.Airflow) { a.Base += "@sha256:" + strings.Repeat("0", 64) },
	} {
		other := wantedAirflow
		change(&other)
		assert.NotEqual(t, first, b.Key(other), name)
	}
	root := t.TempDir()
	require.NoError(t, base.WriteLock(root, map[string]string{airflowBase: "sha256:" + strings.Repeat("1", 64)}))
	lock, err := base.ReadLock(root)
	require.NoError(t, err)
	assert.NotEqual(t, first, (&image.AirflowBuilder{Bases: &base.Finder{Lock: lock}}).Key(wantedAirflow), "the base is locked")
}

func TestAirflowNeedsTheImagesPython(t *testing.T) {
	var asked python.Target
	other := wantedAirflow
	other.Base = "python:3.12-slim"
	_, err := airflowBuilder(t, images{other.Base: slim(t)}, &asked).Build(t.Context(), other, func(string) {})
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "the base image has another Python than Airflow's lock file is for", p.Summary)
	assert.Contains(t, p.Detail, "it has Python 3.12, and the packages of Airflow 2.10.5 are locked for 3.11")
	assert.Contains(t, p.Hint, "gcp.airflow_base_image")
	assert.Empty(t, asked.Version, "nothing is installed")
}
