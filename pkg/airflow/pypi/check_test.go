package pypi

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/venvtest"
	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/problem"
)

func image(t *testing.T, version string) airflow.Image {
	t.Helper()
	i, err := airflow.Find(version)
	require.NoError(t, err)
	return i
}

// The real resolver and the real index tell what goes with the images.
func TestCheck(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the package index")
	}
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	cache = filepath.Join(cache, "dorc-test")
	if _, err := exec.LookPath("uv"); err != nil {
		python, err := venvtest.Make(t.Context(), "uv-0.8.24", "uv==0.8.24")
		if errors.Is(err, venvtest.ErrUnavailable) {
			t.Skip(err)
		}
		require.NoError(t, err)
		t.Setenv("PATH", filepath.Dir(python)+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	for _, c := range []struct {
		image    string
		packages map[string]string
		// want has a word of each problem's detail for each package that does not go.
		want map[string][]string
	}{
		{"composer-3-airflow-2.10.5-build.33", map[string]string{"duckdb": ">=1.1, <2", "pendulum": "", "pandas": "<1", "google-cloud-storage": "<2", "sqlalchemy": ">=2.1"}, map[string][]string{
			"pandas":               {"pandas<1 is asked for", "composer-3-airflow-2.10.5-build.33 has pandas 2."},
			"google-cloud-storage": {"google-cloud-storage<2 is asked for", "has google-cloud-storage 3.", "depends on google-cloud-storage>=2"},
			"sqlalchemy":           {"sqlalchemy>=2.1 is asked for", "has sqlalchemy 1.4", "sqlalchemy>=1.4.36,<2.0"},
		}},
		// It is not in the image, but needs another version of what is.
		{"composer-3-airflow-2.10.5-build.33", map[string]string{"dbt-core": "==1.5.0"}, map[string][]string{"dbt-core": {"dbt-core==1.5.0 is asked for", "build.33 has cffi 2.", "depends on cffi>=1.9,<2"}}},
		{"composer-3-airflow-3.1.7-build.4", map[string]string{"kubernetes": "<20", "dorc-no-such-package": "==1"}, map[string][]string{
			"kubernetes": {"kubernetes<20 is asked for", "has kubernetes 3"}, "dorc-no-such-package": {"dorc-no-such-package==1 is asked for", "has no dorc-no-such-package"},
		}},
		// Another version than the image's is no conflict as long as nothing excludes it.
		{"composer-3-airflow-3.1.7-build.4", map[string]string{"humanize": "", "duckdb": "==1.4.2", "colorlog": "==6.8.2"}, nil},
	} {
		err := Check(t.Context(), Options{Image: image(t, c.image), Packages: c.packages, Cache: cache})
		var unchecked *Unchecked
		if errors.As(err, &unchecked) {
			t.Skip(err)
		}
		if c.want == nil {
			require.NoError(t, err)
			continue
		}
		var found problem.List
		require.ErrorAs(t, err, &found)
		assert.Len(t, found, len(c.want), "%v", found)
		for _, p := range found {
			name := strings.TrimPrefix(p.Resource, "gcp.composer.pypi_packages.")
			require.Contains(t, c.want, name)
			for _, words := range c.want[name] {
				assert.Contains(t, p.Detail, words)
			}
		}
	}
}

// uv is a program that says what uv said, and keeps what it was asked.
func uv(t *testing.T, says string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	text := "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'uv 0.9.0 (x)'; exit; fi\nfor last; do :; done\ncat \"$last\" > " + folder + "/asked\necho \"$*\" > " + folder + "/argv\n" + says + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "uv"), []byte(text), 0o755))
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	return folder
}

func TestCheckAsks(t *testing.T) {
	folder := uv(t, "exit 0")
	o := Options{Image: airflow.Default(), Packages: map[string]string{"google-cloud-storage": "[protobuf] >=2, <4", "hdfs": ""}, Cache: t.TempDir()}
	require.NoError(t, Check(context.Background(), o))
	asked, err := os.ReadFile(filepath.Join(folder, "asked"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(asked)), "\n")
	assert.Equal(t, []string{"google-cloud-storage[protobuf]>=2,<4", "hdfs"}, lines[:2])
	assert.Contains(t, lines, "apache-airflow==2.10.5")
	assert.NotContains(t, string(asked), "google-cloud-storage==")
	assert.NotContains(t, string(asked), "crcmod", "it has no wheel")
	argv, err := os.ReadFile(filepath.Join(folder, "argv"))
	require.NoError(t, err)
	assert.Contains(t, string(argv), "--only-binary=:all:")
	assert.Contains(t, string(argv), "--python-version=3.11.20 --python-platform=x86_64-manylinux_2_28")
	require.NoError(t, Check(context.Background(), Options{Image: airflow.Default()}), "nothing is asked for")
}

func TestCheckWithout(t *testing.T) {
	o := Options{Image: airflow.Default(), Packages: map[string]string{"pandas": ""}, Cache: t.TempDir()}
	unchecked := func(words string) {
		t.Helper()
		err := Check(context.Background(), o)
		var u *Unchecked
		require.ErrorAs(t, err, &u)
		assert.Equal(t, "it was not checked whether the packages go with those of the image", u.Problem.Summary)
		assert.Contains(t, u.Problem.Detail, words)
	}
	uv(t, "echo 'error: client error (Connect): dns error' >&2; exit 2")
	unchecked("a package index cannot be reached")
	uv(t, "echo 'error: something new' >&2; exit 2")
	unchecked("something new")
	t.Setenv("PATH", t.TempDir())
	unchecked("there is no uv on this machine")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, Check(ctx, o), context.Canceled)
}

// Nothing but names and versions reaches the resolver.
func TestCheckMalformed(t *testing.T) {
	folder := uv(t, "exit 0")
	for name, versions := range map[string]string{
		"--index-url": "", "a b": "", "pandas\n-r /etc/passwd": "", "Pandas": "", "x": "@ https://example.com/x.whl", "y": "==1 --pre", "z": "==1; os_name=='x'", "w": "\n-e .", "v": ">=1\n-r x",
	} {
		err := Check(context.Background(), Options{Image: airflow.Default(), Packages: map[string]string{name: versions}})
		var bad problem.List
		require.ErrorAs(t, err, &bad, "%q %q", name, versions)
		assert.Equal(t, "this is no package with versions", bad[0].Summary)
	}
	assert.NoFileExists(t, filepath.Join(folder, "argv"))
}
