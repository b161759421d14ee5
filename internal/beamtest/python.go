package beamtest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/dorc-dev/dorc/internal/venvtest"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
)

// Python is the program of a virtual environment with apache-beam[yaml,gcp]: some
// 920 MB, which the first on a machine installs in a minute or two. Without one,
// and with -short, the test is skipped.
func Python(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("Beam takes seconds to start")
	}
	python, err := installed()
	switch {
	case errors.Is(err, venvtest.ErrUnavailable):
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return python
}

// google-apitools, which the gcp extra needs, has no wheel of the version that it asks for.
var installed = sync.OnceValues(func() (string, error) {
	version := yamlpipeline.BeamVersion()
	return venvtest.Make(context.Background(), "beam-"+version,
		"--only-binary", ":all:", "--no-binary", "google-apitools", "apache-beam[yaml,gcp]=="+version)
})
