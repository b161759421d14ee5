package syntax

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

var update = flag.Bool("update", false, "write golden files anew")

// TestProblems holds what people read: each archive in testdata has a definition
// and, in "want", every problem as it prints; nothing for one that is right.
func TestProblems(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			_, problems := Parse(archive.Files[0].Name, archive.Files[0].Data)
			got := ""
			if len(problems) > 0 {
				got = problems.Error() + "\n"
			}
			if *update {
				archive.Files = []txtar.File{archive.Files[0], {Name: "want", Data: []byte(got)}}
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.Len(t, archive.Files, 2)
			assert.Equal(t, string(archive.Files[1].Data), got)
			if strings.HasPrefix(filepath.Base(file), "good_") {
				assert.Empty(t, got)
			} else {
				assert.NotEmpty(t, got)
			}
		})
	}
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
