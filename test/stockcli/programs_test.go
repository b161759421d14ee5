package stockcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRootPulumiYAML holds that the Pulumi.yaml at dorc's root runs dorc's own
// programs under `pulumi preview` and `pulumi up`, and that they describe what
// dorc applied.
func TestRootPulumiYAML(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.goEnvironment(t)
	s.apply(t)
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	project, err := os.ReadFile(filepath.Join(root, "Pulumi.yaml"))
	require.NoError(t, err)
	s.write(t, "Pulumi.yaml", string(project))
	require.NoError(t, os.Symlink(filepath.Join(root, "cmd"), filepath.Join(s.root, "cmd")))
	s.pulumiDir = s.root

	for _, stack := range allStacks {
		s.pulumi(t, "preview", "--expect-no-changes", "--stack", stack.full())
	}
	s.edit(t, "pipeline-config/infra/Pulumi.prod.yaml", "  data_buckets:\n", "  data_buckets:\n    - name: extra\n")
	s.pulumiFails(t, "preview", "--expect-no-changes", "--stack", infraStack.full())
	s.pulumi(t, "up", "--yes", "--stack", infraStack.full())
	s.dorcExits(t, 0, infraStack.command("plan", "--detailed-exitcode")...)
	require.Contains(t, s.dorc(t, infraStack.command("outputs")...), "data-bucket-extra-id")
}

// TestProgramOfOnesOwn holds that a main.go that dorc runs also runs unchanged
// under `pulumi up`, with the configuration and the secrets that dorc wrote.
func TestProgramOfOnesOwn(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.ownProgram(t, `"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"`+"\n", `
	ctx.Export("password", config.New(ctx, "").RequireSecret("password"))
	ctx.Export("environment", pulumi.String(config.New(ctx, "").Require("environment")))
	return nil`)
	s.dorc(t, "config", "set", "infra", "password", secret, "--secret", "--env", "prod")
	s.dorc(t, infraStack.command("apply")...)
	s.write(t, "pipeline-config/infra/Pulumi.yaml", "name: Pipelines\nruntime: go\n")
	s.pulumiDir = filepath.Join(s.repo, "infra")

	args := []string{"--stack", infraStack.full(), "--config-file", "Pulumi.prod.yaml"}
	s.pulumi(t, append([]string{"preview", "--expect-no-changes"}, args...)...)
	s.pulumi(t, append([]string{"up", "--yes"}, args...)...)
	s.dorcExits(t, 0, infraStack.command("plan", "--detailed-exitcode")...)
	require.NotContains(t, s.stateFile(t, "infra-prod.json"), secret)
	require.Equal(t, "prod", strings.TrimSpace(s.dorc(t, infraStack.command("outputs", "environment")...)))
	require.Equal(t, secret, strings.TrimSpace(s.dorc(t, infraStack.command("outputs", "password", "--show-secrets")...)))
}
