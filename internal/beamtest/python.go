package beamtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/dorc-dev/dorc/internal/lockfile"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
)

// ErrUnavailable says that this machine cannot install Beam: no Python with venv
// that it supports, or no package index in reach.
var ErrUnavailable = errors.New("apache-beam cannot be installed here")

// Python is the program of a virtual environment with apache-beam[yaml,gcp]. The
// first on a machine installs it into the user's cache folder: some 920 MB, in a
// minute or two. Others wait for it.
func Python() (string, error) { return installed() }

// installed is the environment, which one process of this machine installs.
var installed = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	folder := filepath.Join(cache, "dorc-test", "beam-"+yamlpipeline.BeamVersion())
	unlock, err := lockfile.Lock(context.Background(), folder+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	python := filepath.Join(folder, "bin", "python")
	if usable(python) {
		return python, nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	// google-apitools, which the gcp extra needs, has no wheel of the version that it asks for.
	for _, argv := range [][]string{
		{"python3", "-m", "venv", folder},
		{python, "-m", "pip", "install", "--quiet", "--no-input", "--only-binary", ":all:", "--no-binary", "google-apitools",
			"apache-beam[yaml,gcp]==" + yamlpipeline.BeamVersion()},
	} {
		if output, err := exec.Command(argv[0], argv[1:]...).CombinedOutput(); err != nil { //nolint:gosec // fixed words
			return "", fmt.Errorf("%w: %s: %w: %s", ErrUnavailable, filepath.Base(argv[0]), err, output)
		}
	}
	if !usable(python) {
		return "", fmt.Errorf("%w: it is installed but does not start", ErrUnavailable)
	}
	return python, nil
})

// usable reports whether Beam with both extras can be imported.
func usable(python string) bool {
	return exec.Command(python, "-c", "import apache_beam.yaml.main, google.cloud.bigquery, jinja2").Run() == nil
}
