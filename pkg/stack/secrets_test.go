package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
)

// A stack whose configuration names a key in a cloud must not fall back to the
// passphrase: here the name is wrong, and that is said.
func TestSecretsProviderOfTheConfiguration(t *testing.T) {
	root := t.TempDir()
	repo := filepath.Join(root, "repo")
	for file, text := range map[string]string{
		"universal/Pulumi.universal.yaml": "secretsprovider: vaultkms://key\nconfig:\n  project: shop\n  region: eu-west-2\n",
		"src/raw/orders/fetch/lambda.py":  "def handler(event, context):\n    return event\n",
	} {
		path := filepath.Join(repo, filepath.FromSlash(file))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	s, err := settings.Load(settings.Options{WorkingDir: root, Environ: []string{"CONFIG_REPO_PATH=repo"}})
	require.NoError(t, err)
	p := stack.NewProject(s)
	e, err := p.Engine(t.Context())
	require.NoError(t, err)
	_, err = e.Outputs(t.Context(), "universal")
	require.ErrorContains(t, err, "vaultkms://key")
}
