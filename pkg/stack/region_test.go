package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
)

// A region in the shell of whoever works must not move what the config repo says.
func TestRegion(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"the config repo's": {"config:\n  project: shop\n  region: eu-west-2\n", "eu-west-2"},
		"else the setting":  {"config:\n  project: shop\n", "us-east-1"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Join(root, "repo", "universal"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(root, "repo", "universal", "Pulumi.universal.yaml"), []byte(test.file), 0o644))
			s, err := settings.Load(settings.Options{
				WorkingDir: root, Environ: []string{"AWS_REGION=us-east-1", "CONFIG_REPO_PATH=repo"},
			})
			require.NoError(t, err)
			require.Equal(t, test.want, stack.NewProject(s).Region())
		})
	}
}
