package compile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dbt"
)

// fixtures are the DAGs that the tests compile.
func fixtures() []*dag.DAG { return []*dag.DAG{prices(), report(), cases(), chain(), plain()} }

func compiled(t *testing.T, d *dag.DAG, line string) []File {
	t.Helper()
	files, err := Compile(d, optionsOf(line))
	require.NoError(t, err)
	return files
}

func optionsOf(line string) Options {
	return Options{
		Image: images[line], ServiceProject: "acme", Project: "Acme_Data",
		DbtImages: map[string]string{"shop": "europe-west2-docker.pkg.dev/acme-infra/acme/dbt-shop@sha256:" + strings.Repeat("ab", 32)},
		SharesDbt: map[string][]string{"shop": {"trading__report", "dop__cases", "other__dag"}},
		Manifests: map[string]*dbt.Manifest{"dbt/shop/target/manifest.json": shop()},
	}
}

// The compiled files are those of testdata/golden, which people read.
func TestGolden(t *testing.T) {
	for line := range images {
		for _, d := range fixtures() {
			for _, f := range compiled(t, d, line) {
				golden := filepath.Join("testdata", "golden", line, filepath.FromSlash(f.Path))
				if goldentest.Update() {
					require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
					require.NoError(t, os.WriteFile(golden, f.Data, 0o644))
				}
				want, err := os.ReadFile(golden)
				require.NoError(t, err)
				assert.True(t, string(want) == string(f.Data), "%s is another; run the test with -update and look at the difference", golden)
			}
		}
	}
}
