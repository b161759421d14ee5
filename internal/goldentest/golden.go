package goldentest

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

// Want is the name of the file of an archive that has what is read.
const Want = "want"

var update = flag.Bool("update", false, "write golden files anew")

// Update says that the test was told to write its golden files anew.
func Update() bool { return *update }

// Run compares, for each archive that the pattern matches, what said returns with
// the archive's last file, Want. With -update it writes that file.
func Run(t *testing.T, pattern string, said func(t *testing.T, archive *txtar.Archive) string) {
	t.Helper()
	archives, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			got := said(t, archive)
			last := len(archive.Files) - 1
			has := last >= 0 && archive.Files[last].Name == Want
			if *update {
				if !has {
					archive.Files, last = append(archive.Files, txtar.File{Name: Want}), last+1
				}
				archive.Files[last].Data = []byte(got)
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.True(t, has, "%s has no file %q in the end; run the test with -update", file, Want)
			assert.Equal(t, string(archive.Files[last].Data), got)
		})
	}
}
