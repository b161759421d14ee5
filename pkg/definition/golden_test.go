package definition

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
)

// TestProblems holds what people read: each archive in testdata has a
// pipeline.yaml and, in "want", every problem as it prints.
func TestProblems(t *testing.T) {
	goldentest.Run(t, "testdata/*.txtar", func(t *testing.T, archive *txtar.Archive) string {
		require.Equal(t, "pipeline.yaml", archive.Files[0].Name)
		_, _, problems := Parse("pipeline.yaml", archive.Files[0].Data)
		for _, p := range problems {
			assert.Equal(t, "pipeline.yaml", p.File)
		}
		return problems.Error() + "\n"
	})
}
