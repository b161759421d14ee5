package stockcli

import (
	"bufio"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const lockedByCLI = "the stack is currently locked by 1 lock(s)"

// TestCLIRespectsDorcsLease holds that the stock CLI changes nothing while dorc
// works on the stack, and says why; and what happens when it breaks the lease.
func TestCLIRespectsDorcsLease(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.waitingProgram(t)
	exported := filepath.Join(s.root, "exported.json")

	require.Zero(t, s.startApply(t).end(t).code)
	working := s.startApply(t)
	require.Contains(t, s.pulumi(t, "stack", "ls", "--json", "--all"), infraStack.name, "reading needs no lock")
	s.pulumi(t, "stack", "export", "--stack", infraStack.full(), "--file", exported)
	for _, args := range [][]string{
		{"stack", "import", "--file", exported}, {"refresh", "--yes"}, {"destroy", "--yes"}, {"stack", "rm", "--yes"},
	} {
		refused := s.pulumiFails(t, append(args, "--stack", infraStack.full())...)
		require.Contains(t, refused.all(), lockedByCLI, args)
		require.Contains(t, refused.all(), fmt.Sprintf("(pid %d)", working.cmd.Process.Pid), "it names who holds the lease")
	}
	_, err := s.stock(t, infraStack, func(*pulumi.Context) error { return nil }).Up(t.Context())
	require.ErrorContains(t, err, lockedByCLI)
	require.Zero(t, working.end(t).code)
	s.pulumi(t, "stack", "import", "--file", exported, "--stack", infraStack.full())

	t.Log("pulumi cancel breaks the lease: dorc writes nothing more, and takes up its journal the next time")
	working = s.startApply(t)
	before := s.stateFile(t, "infra-prod.json")
	s.pulumi(t, "cancel", "--yes", "--stack", infraStack.full())
	lost := working.end(t)
	require.Equal(t, 1, lost.code, lost.all())
	require.Contains(t, lost.all(), "the lease was lost")
	require.Equal(t, before, s.stateFile(t, "infra-prod.json"))
	s.dorc(t, infraStack.command("apply")...)
	require.Equal(t, "true", strings.TrimSpace(s.pulumi(t, "stack", "output", "done", "--stack", infraStack.full())))
}

// TestDorcRespectsCLIsLock holds that dorc changes nothing while the stock CLI
// works on the stack, and says who does.
func TestDorcRespectsCLIsLock(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	started, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	stock := s.stock(t, infraStack, func(ctx *pulumi.Context) error {
		close(started)
		<-goOn
		ctx.Export("done", pulumi.Bool(true))
		return nil
	})
	go func() {
		_, err := stock.Up(t.Context())
		ended <- err
	}()
	select {
	case <-started:
	case err := <-ended:
		require.NoError(t, err)
	}
	for _, args := range [][]string{infraStack.command("apply"), infraStack.command("destroy"), infraStack.command("refresh")} {
		refused := s.dorcExits(t, 3, args...)
		require.Contains(t, refused.stderr, "stack infra-prod is locked by")
		require.Contains(t, refused.stderr, "pulumi cancel")
	}
	require.Contains(t, s.dorc(t, "stacks"), "in use by", "reading needs no lock")

	t.Log("--lock-timeout waits until the CLI is done")
	waiting := s.command(t.Context(), s.root, built.dorc, infraStack.command("apply", "--lock-timeout", "10m")...)
	output, err := waiting.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, waiting.Start())
	lines := bufio.NewScanner(output)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Waiting up to 10m0s for ") {
	}
	require.NoError(t, lines.Err())
	close(goOn)
	require.NoError(t, <-ended)
	for lines.Scan() {
	}
	require.NoError(t, waiting.Wait())
	require.Len(t, s.history(t, infraStack), 2)
}
