package componenttest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dorc-dev/dorc/pkg/configrepo"
)

// Repo writes files into a new config repo and loads it. Paths are below its root.
func Repo(t *testing.T, files map[string]string) *configrepo.Repo {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	repo, problems := configrepo.Load(root, "")
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return repo
}

// Handler is a handler that returns its event.
const Handler = "def handler(event, context):\n    return event\n"
