package bigquery

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/venvtest"
	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
)

// python is an interpreter with the server's packages and those of the tests. Without one the test is skipped.
func python(t *testing.T) string {
	t.Helper()
	found, err := environment()
	if errors.Is(err, venvtest.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return found
}

var environment = sync.OnceValues(func() (string, error) {
	return venvtest.Make(context.Background(), "bigquery-duckdb2.0.1-sqlglot30.30.0", "--only-binary", ":all:", "--require-hashes", "-r", "testdata/requirements.txt")
})

// bucket is the one that the tests of files use.
type bucket struct{}

var data = objects.Bucket{Name: "data", Created: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC), Location: "EUROPE-WEST2"}

func (bucket) Buckets() ([]objects.Bucket, error) { return []objects.Bucket{data}, nil }

func (bucket) Bucket(name string) (*objects.Bucket, error) {
	if name != data.Name {
		return nil, nil
	}
	return &data, nil
}

// The server, by Google's own client: the tests in testdata/tests.
func TestPython(t *testing.T) {
	interpreter := python(t)
	program, err := filepath.Abs("server")
	require.NoError(t, err)
	store, err := objects.New(t.TempDir(), bucket{})
	require.NoError(t, err)
	storage, err := gcs.Start(store, gcs.Listener{Missing: func(string) {}, Created: func(gcs.Object) {}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, storage.Close()) })
	pytest := exec.Command(interpreter, "-B", "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "testdata/tests")
	pytest.Env = append(os.Environ(), "DORC_BIGQUERY_PROGRAM="+program, "STORAGE_EMULATOR_HOST="+storage.URL, "PYTHONDONTWRITEBYTECODE=1")
	said, err := pytest.CombinedOutput()
	require.NoError(t, err, "%s", said)
}
