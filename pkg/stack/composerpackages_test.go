package stack

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// resolver puts a program in the place of uv that says this and counts its calls.
func resolver(t *testing.T, says string) (calls func() int) {
	t.Helper()
	folder := t.TempDir()
	text := "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'uv 0.9.0 (x)'; exit; fi\necho >> " + folder + "/calls\n" + says + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "uv"), []byte(text), 0o755))
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	return func() int {
		data, _ := os.ReadFile(filepath.Join(folder, "calls"))
		return len(data)
	}
}

// Packages that do not go with the image are refused where they stand; what cannot be
// found out is a warning. Each environment is asked for once.
func TestCheckPackages(t *testing.T) {
	project := func(t *testing.T) *Project {
		return googleProject(t, map[string]string{
			"universal/Pulumi.universal.yaml": onGoogleAlone,
			"infra/Pulumi.prod.yaml":          "config:\n  environment: prod\n  gcp:\n    composer:\n      pypi_packages:\n        pandas: <1\n",
			"infra/Pulumi.dev.yaml":           "config:\n  environment: dev\n  gcp: {composer: {}}\n",
			"infra/Pulumi.bad.yaml":           "config:\n  environment: bad\n  gcp: {composer: 1}\n",
		})
	}
	t.Run("they go", func(t *testing.T) {
		calls := resolver(t, "exit 0")
		p := project(t)
		for range 2 {
			warning, err := p.CheckPackages(t.Context(), "prod")
			require.NoError(t, err)
			assert.Nil(t, warning)
		}
		assert.Equal(t, 1, calls())
		for _, env := range []string{"dev", "bad", "none"} {
			warning, err := p.CheckPackages(t.Context(), env)
			require.NoError(t, err)
			assert.Nil(t, warning, env)
		}
		assert.Equal(t, 1, calls(), "there is nothing to ask for")
	})
	t.Run("they do not", func(t *testing.T) {
		resolver(t, "echo 'No solution found when resolving dependencies: Because you require pandas<1 and pandas==2.2.3, your requirements are unsatisfiable.' >&2; exit 1")
		_, err := project(t).CheckPackages(t.Context(), "prod")
		var found problem.List
		require.ErrorAs(t, err, &found)
		require.Len(t, found, 1)
		assert.Equal(t, "repo/infra/Pulumi.prod.yaml:6:9", found[0].Place())
		assert.Contains(t, found[0].Detail, "pandas<1 is asked for")
		assert.NotEmpty(t, found[0].Hint)
	})
	t.Run("no index", func(t *testing.T) {
		resolver(t, "echo 'error: client error (Connect): dns error' >&2; exit 2")
		warning, err := project(t).CheckPackages(t.Context(), "prod")
		require.NoError(t, err)
		require.NotNil(t, warning)
		assert.Equal(t, FindingWarning, warning.Level)
		assert.Equal(t, "packages of prod", warning.Check)
		assert.NotEmpty(t, warning.Summary)
	})
	t.Run("cancelled", func(t *testing.T) {
		resolver(t, "exit 0")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := project(t).CheckPackages(ctx, "prod")
		assert.ErrorIs(t, err, context.Canceled)
	})
}
