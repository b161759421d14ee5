package python

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
)

// Each archive has the files of a config repo and what is said of them. No tool
// is called: what cannot be in an image is refused before.
func TestRefused(t *testing.T) {
	goldentest.Run(t, "testdata/refused/*.txtar", func(t *testing.T, archive *txtar.Archive) string {
		req := Requirements{Files: map[string][]byte{}, Folder: "config"}
		for _, f := range archive.Files {
			if f.Name == goldentest.Want {
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
		_, err := in.Packages(t.Context(), "function weather", req, aws312)
		require.Error(t, err)
		got := filepath.ToSlash(err.Error()) + "\n"
		assert.NotContains(t, got, "canary")
		return got
	})
}
