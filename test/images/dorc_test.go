package images

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/cli"
)

// asDorc tells this test's own binary to be dorc.
const asDorc = "DORC_TEST_AS_DORC"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(asDorc) != "":
		os.Exit(cli.Main("v0.0.0-test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	case os.Getenv(endingApply) != "":
		if err := applyAndEnd(os.Getenv(endingApply)); err != nil {
			panic(err)
		}
	default:
		code := m.Run()
		for _, dir := range tidy {
			if err := os.RemoveAll(dir); err != nil {
				panic(err)
			}
		}
		os.Exit(code)
	}
}

// result is what dorc has written, and how it ended.
type result struct {
	stdout, stderr string
	code           int
	// memory is the most that the process had in memory, in bytes. Linux counts what
	// the test had when it started the process, so it is rather too much.
	memory int64
}

func (r result) said() string { return r.stdout + r.stderr }

// dorc runs dorc in the project's folder.
func (p *project) dorc(args ...string) result {
	p.t.Helper()
	return p.run(exec.CommandContext(p.t.Context(), os.Args[0], args...))
}

// run runs a command that is, or becomes, dorc.
func (p *project) run(cmd *exec.Cmd) result {
	p.t.Helper()
	cmd.Dir, cmd.Env = p.dir, append(p.environment(), asDorc+"=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(p.t, err)
	}
	r := result{stdout: stdout.String(), stderr: stderr.String(), code: cmd.ProcessState.ExitCode()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = usage.Maxrss << 10 // Linux gives KiB
	}
	p.t.Logf("dorc %s\n%s%s", strings.Join(cmd.Args[1:], " "), r.stdout, r.stderr)
	return r
}

// succeeds requires that a command does, and returns what it says.
func (p *project) succeeds(args ...string) result {
	p.t.Helper()
	r := p.dorc(args...)
	require.Zero(p.t, r.code, r.stderr)
	return r
}

// fails requires that a command does, and that its error says all of this.
func (p *project) fails(args []string, says ...string) result {
	p.t.Helper()
	r := p.dorc(args...)
	require.Equal(p.t, 1, r.code, r.said())
	r.clear(p.t, says...)
	return r
}

// clear requires an error for a person: with these texts, with what to do on a line
// of its own, and nothing of Go's or of HTTP's insides.
func (r result) clear(t *testing.T, says ...string) {
	t.Helper()
	_, message, found := strings.Cut(r.said(), "error: ")
	if !found { // an apply shows errors below the resource
		message = r.said()
	}
	for _, s := range says {
		require.Contains(t, message, s)
	}
	require.Regexp(t, `\n +\S`, message, "it must say what to do")
	for _, s := range []string{"goroutine ", "panic", "rpc error", "HTTP/1.1", "%!", "X-Amz", "<nil>"} {
		require.NotContains(t, message, s)
	}
}
