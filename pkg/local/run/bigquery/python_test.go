package bigquery

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/venvtest"
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

// The server, by Google's own client: the tests in testdata/tests.
func TestPython(t *testing.T) {
	interpreter := python(t)
	program, err := filepath.Abs("server")
	require.NoError(t, err)
	pytest := exec.Command(interpreter, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "testdata/tests")
	pytest.Env = append(os.Environ(), "DORC_BIGQUERY_PROGRAM="+program, "PYTHONDONTWRITEBYTECODE=1")
	said, err := pytest.CombinedOutput()
	require.NoError(t, err, "%s", said)
}
