package stockcli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKilledDorc holds that what a killed dorc leaves keeps the stock CLI away,
// and that nothing is mixed up when a person makes the CLI write all the same.
func TestKilledDorc(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.waitingProgram(t)
	exported := filepath.Join(s.root, "exported.json")
	export := []string{"stack", "export", "--stack", infraStack.full(), "--file", exported}
	importing := []string{"stack", "import", "--stack", infraStack.full(), "--file", exported}

	s.startApply(t).kill(t)
	// The state is not written yet: the CLI has a lock and no stack.
	require.Equal(t, "[]", strings.TrimSpace(s.pulumi(t, "stack", "ls", "--all", "--json")))
	recovered := s.startApply(t).end(t)
	require.Zero(t, recovered.code, recovered.all())
	require.Contains(t, recovered.stdout, "Took up the journal")
	require.Contains(t, s.pulumi(t, "stack", "export", "--stack", infraStack.full()), "::test:index:Thing::thing")
	s.pulumi(t, export...)

	s.edit(t, "pipeline-config/infra/main.go", `"thing"`, `"other"`)
	s.startApply(t).kill(t)
	require.Contains(t, s.pulumiFails(t, importing...).all(), lockedByCLI)

	t.Log("the CLI breaks the lease and writes another state: dorc does not replay its journal on that")
	s.pulumi(t, "cancel", "--yes", "--stack", infraStack.full())
	s.write(t, "exported.json", strings.ReplaceAll(s.dorc(t, infraStack.command("state export")...), "::thing", "::renamed"))
	s.pulumi(t, importing...)
	refused := s.dorcExits(t, 1, infraStack.command("apply")...)
	require.Contains(t, refused.stderr, "the journal belongs to another state than the one that is there")
	require.Contains(t, s.stateFile(t, "infra-prod.json"), "::renamed")
	s.dorc(t, infraStack.command("state recover", "--force")...)
	s.dorc(t, infraStack.command("state export")...)
	done := s.startApply(t).end(t)
	require.Zero(t, done.code, done.all())
	require.Contains(t, s.pulumi(t, "stack", "export", "--stack", infraStack.full()), "::test:index:Thing::other")
}
