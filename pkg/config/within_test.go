package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/config"
)

// TestFilesStayInTheRepo holds that no symbolic link leads out of the config
// repo, for reading and for writing.
func TestFilesStayInTheRepo(t *testing.T) {
	top := t.TempDir()
	repo := filepath.Join(top, "repo")
	write(t, filepath.Join(top, "outside", "Pulumi.prod.yaml"), "config: {environment: prod}\n")
	write(t, filepath.Join(repo, "infra", "Pulumi.prod.yaml"), "config: {environment: prod}\n")
	for link, target := range map[string]string{
		"infra/Pulumi.link.yaml":   "../../outside/Pulumi.prod.yaml",
		"infra/Pulumi.inside.yaml": "Pulumi.prod.yaml",
		"folder":                   "../outside",
	} {
		if err := os.Symlink(target, filepath.Join(repo, link)); err != nil {
			t.Skip(err)
		}
	}
	for path, refused := range map[string]bool{
		"infra/Pulumi.prod.yaml":            false,
		"infra/Pulumi.inside.yaml":          false,
		"infra/Pulumi.new.yaml":             false,
		"infra/Pulumi.link.yaml":            true,
		"folder/Pulumi.prod.yaml":           true,
		"folder/Pulumi.new.yaml":            true,
		"infra/../../outside/Pulumi.x.yaml": true,
	} {
		path := filepath.Join(repo, path)
		const want = "lies outside the config repo"
		_, err := config.LoadStack(path, config.Within(repo), config.AllowMissing())
		if got := err != nil && strings.Contains(err.Error(), want); got != refused || err != nil && !refused {
			t.Errorf("LoadStack %s: %v", path, err)
		}
		_, err = config.List(path, config.ReadOptions{Within: repo})
		if got := err != nil && strings.Contains(err.Error(), want); got != refused || err != nil && !refused {
			t.Errorf("List %s: %v", path, err)
		}
		err = config.Set(path, "a", "b", config.SetOptions{Within: repo})
		if got := err != nil && strings.Contains(err.Error(), want); got != refused || err != nil && !refused {
			t.Errorf("Set %s: %v", path, err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(top, "outside", "Pulumi.prod.yaml")); err != nil || string(got) != "config: {environment: prod}\n" {
		t.Errorf("%q, %v", got, err)
	}
}
