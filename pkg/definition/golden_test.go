package definition

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write golden files and the JSON Schema anew")

// TestProblems holds what people read: each archive in testdata has a
// pipeline.yaml and, in "want", every problem as it prints.
func TestProblems(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.Equal(t, "pipeline.yaml", archive.Files[0].Name)
			_, _, problems := Parse("pipeline.yaml", archive.Files[0].Data)
			got := problems.Error() + "\n"
			if *update {
				archive.Files = []txtar.File{archive.Files[0], {Name: "want", Data: []byte(got)}}
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.Len(t, archive.Files, 2)
			assert.Equal(t, string(archive.Files[1].Data), got)
			for _, p := range problems {
				assert.Equal(t, "pipeline.yaml", p.File)
			}
		})
	}
}
