package quietinit_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	_ "github.com/charmbracelet/bubbletea"

	"github.com/dorc-dev/dorc/internal/quietinit"
)

// A process on a terminal that answers nothing must not ask it anything before main.
func TestNothingIsAsked(t *testing.T) {
	if os.Getenv("QUIETINIT_CHILD") != "" {
		quietinit.Restore()
		_, _ = os.Stdout.WriteString("TERM=" + os.Getenv("TERM") + "\n")
		os.Exit(0)
	}
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, "-test.run", "^TestNothingIsAsked$")
	cmd.Env = append(os.Environ(), "QUIETINIT_CHILD=1", "TERM=xterm-256color")
	terminal, err := pty.Start(cmd)
	require.NoError(t, err)
	defer terminal.Close()
	require.NoError(t, terminal.SetReadDeadline(time.Now().Add(time.Minute)))
	var said strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(said.String(), "TERM=") {
		n, err := terminal.Read(buffer)
		require.NoError(t, err, said.String())
		said.Write(buffer[:n])
	}
	require.NoError(t, cmd.Wait())
	require.NotContains(t, said.String(), "\x1b]", "a query was sent to the terminal")
	require.Contains(t, said.String(), "TERM=xterm-256color", "TERM is what it was")
}
