package tool

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func run(ctx context.Context, script string) (lines []string, err error) {
	err = Run(ctx, exec.CommandContext(ctx, "sh", "-c", script), func(line string) { lines = append(lines, line) })
	return lines, err
}

func TestRun(t *testing.T) {
	lines, err := run(t.Context(), `echo "one  "; echo two >&2; printf three`)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"one", "two", "three"}, lines)

	lines, err = run(t.Context(), "echo why; exit 3")
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 3, exit.ExitCode())
	assert.Equal(t, []string{"why"}, lines)

	// More than a line may have: the program goes on all the same.
	_, err = run(t.Context(), "head -c 3000000 /dev/zero; echo; exit 0")
	require.NoError(t, err)
}

// What a program started ends with it.
func TestCancelEndsTheGroup(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var child string
	err := Run(ctx, exec.CommandContext(ctx, "sh", "-c", "sleep 600 & echo $!; wait"), func(line string) {
		child = line
		cancel()
	})
	require.ErrorIs(t, err, context.Canceled)
	require.NotEmpty(t, child)
	assert.Eventually(t, func() bool {
		out, err := exec.Command("ps", "-o", "stat=", "-p", child).Output()
		return err != nil || strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
	}, 20*time.Second, 50*time.Millisecond)
}
