package python

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

var update = flag.Bool("update", false, "write the golden files anew")

// Each archive has the files of a config repo and what is said of them. No tool
// is called: what cannot be in an image is refused before.
func TestRefused(t *testing.T) {
	archives, err := filepath.Glob("testdata/refused/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			req := Requirements{Files: map[string][]byte{}, Folder: "config"}
			var want string
			for _, f := range archive.Files {
				if f.Name == "said" {
					want = string(f.Data)
					continue
				}
				req.Files[f.Name] = f.Data
				for _, kind := range []Kind{RequirementsTxt, Pyproject, UVLock} {
					if filepath.Base(f.Name) == string(kind) && (kind != Pyproject || !strings.Contains(string(archive.Comment), "lock")) {
						req.Roots = append(req.Roots, Root{f.Name, kind})
					}
				}
			}
			in := &Installer{Cache: t.TempDir(), UVPath: "/nowhere/uv", Python: "/nowhere/python"}
			_, err = in.Packages(t.Context(), "weather", req, aws312)
			require.Error(t, err)
			got := filepath.ToSlash(err.Error()) + "\n"
			assert.NotContains(t, got, "canary")
			if *update {
				var kept []txtar.File
				for _, f := range archive.Files {
					if f.Name != "said" {
						kept = append(kept, f)
					}
				}
				archive.Files = append(kept, txtar.File{Name: "said", Data: []byte(got)})
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
				return
			}
			assert.Equal(t, want, got)
		})
	}
}
