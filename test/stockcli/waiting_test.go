package stockcli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// waitingProgram is a program that makes a component and then waits, so that
// dorc is at work for as long as a test needs.
func (s *session) waitingProgram(t *testing.T) {
	t.Helper()
	s.ownProgram(t, `"errors"
	"os"
	"time"
`, `
	dorc := os.Getppid()
	thing, registered := &pulumi.ResourceState{}, make(chan struct{})
	if err := ctx.RegisterComponentResource("test:index:Thing", "thing", thing); err != nil {
		return err
	}
	thing.URN().ApplyT(func(pulumi.URN) error { close(registered); return nil })
	<-registered
	if err := os.WriteFile(os.Getenv("STOCKCLI_STARTED"), nil, 0o600); err != nil {
		return err
	}
	for {
		if _, err := os.Stat(os.Getenv("STOCKCLI_GO_ON")); err == nil {
			break
		}
		if os.Getppid() != dorc {
			return errors.New("dorc is gone")
		}
		time.Sleep(10 * time.Millisecond)
	}
	ctx.Export("done", pulumi.Bool(true))
	return nil`)
}

// process is a dorc that is at work.
type process struct {
	goOn   string
	ended  chan error
	stdout strings.Builder
	cmd    *exec.Cmd
}

// startApply starts dorc with a program that waits, and returns when the program runs.
func (s *session) startApply(t *testing.T) *process {
	t.Helper()
	dir := t.TempDir()
	p := &process{goOn: filepath.Join(dir, "go-on"), ended: make(chan error, 1)}
	started := filepath.Join(dir, "started")
	s.variables["STOCKCLI_STARTED"], s.variables["STOCKCLI_GO_ON"] = started, p.goOn
	cmd := s.command(t.Context(), s.root, built.dorc, infraStack.command("apply")...)
	cmd.Stdout, cmd.Stderr = &p.stdout, &p.stdout
	p.cmd = cmd
	require.NoError(t, cmd.Start())
	go func() { p.ended <- cmd.Wait() }()
	for {
		if _, err := os.Stat(started); err == nil {
			return p
		}
		select {
		case <-p.ended:
			require.Fail(t, "dorc ended early", p.stdout.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// end lets the program go on and waits for dorc.
func (p *process) end(t *testing.T) result {
	t.Helper()
	require.NoError(t, os.WriteFile(p.goOn, nil, 0o600))
	<-p.ended
	return result{stdout: p.stdout.String(), code: p.cmd.ProcessState.ExitCode()}
}

// kill ends dorc at once; its program sees that and ends too.
func (p *process) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Kill())
	<-p.ended
}
