package syntax

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
)

// TestProblems holds what people read: each archive in testdata has a definition
// and, in "want", every problem as it prints; nothing for one that is right.
func TestProblems(t *testing.T) {
	goldentest.Run(t, "testdata/*.txtar", func(t *testing.T, archive *txtar.Archive) string {
		_, problems := Parse(archive.Files[0].Name, archive.Files[0].Data)
		if good := strings.HasPrefix(filepath.Base(t.Name()), "good_"); good {
			assert.Empty(t, problems)
			return ""
		}
		require.NotEmpty(t, problems)
		return problems.Error() + "\n"
	})
}

func FuzzParse(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(f, err)
	for _, file := range archives {
		archive, err := txtar.ParseFile(file)
		require.NoError(f, err)
		f.Add(archive.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w, problems := Parse("workflow.yaml", data)
		if w == nil && len(problems) == 0 {
			t.Fatal("no workflow and no problem")
		}
		if len(problems) == 0 && (w.Main == nil || len(w.Main.Steps) == 0) {
			t.Fatal("nothing to execute and no problem")
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, p := range problems {
			if p.Summary == "" || p.Line > lines+1 || p.Line < 0 || p.Column < 0 {
				t.Fatalf("%+v", p)
			}
		}
	})
}
