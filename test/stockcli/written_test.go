package stockcli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDorcReadsWhatCLIWrote holds that dorc finds nothing to do on stacks that
// `pulumi up` made with the same program, and that both then work in turns.
func TestDorcReadsWhatCLIWrote(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	for _, stack := range allStacks {
		require.Contains(t, s.up(t, stack), "create", stack.name)
	}
	for _, stack := range allStacks {
		s.dorcExits(t, 0, stack.command("plan", "--detailed-exitcode")...)
		s.dorc(t, stack.command("apply")...)
		require.Equal(t, []string{"same"}, keys(s.history(t, stack)[0].Changes), stack.name)
	}

	t.Log("dorc changes the environment, and the CLI finds nothing to do")
	const config, bucket = "pipeline-config/infra/Pulumi.prod.yaml", "    - name: extra\n"
	s.edit(t, config, "  data_buckets:\n", "  data_buckets:\n"+bucket)
	s.dorcExits(t, 2, infraStack.command("plan", "--detailed-exitcode")...)
	s.dorc(t, infraStack.command("apply")...)
	require.Equal(t, []string{"same"}, keys(s.preview(t, infraStack)))
	require.Equal(t, []string{"same"}, keys(s.refresh(t, infraStack)))
	require.Equal(t, []string{"same"}, keys(s.up(t, infraStack)))

	t.Log("the CLI changes it back, and dorc finds nothing to do")
	s.edit(t, config, bucket, "")
	require.Contains(t, s.up(t, infraStack), "delete")
	s.dorcExits(t, 0, infraStack.command("plan", "--detailed-exitcode")...)

	t.Log("dorc destroys the environment, the CLI the rest; each removes what the other emptied")
	s.dorc(t, "destroy", "infra", "--env", "prod")
	s.destroy(t, universalStack)
	s.dorc(t, universalStack.command("state remove")...)
	for _, stack := range allStacks[1:] {
		s.pulumi(t, "stack", "rm", "--yes", "--stack", stack.full())
	}
	require.Empty(t, s.dorc(t, "stacks", "--json"))
	require.Equal(t, "[]", strings.TrimSpace(s.pulumi(t, "stack", "ls", "--all", "--json")))
	require.Empty(t, s.resources(t), "nothing is left in the local cloud")
}
