package artifact

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/artifact/content"
)

// killedDir tells this test's own binary to be the process that is killed.
const killedDir = "DORC_TEST_KILLED_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedDir); dir != "" {
		churn(dir)
		return
	}
	os.Exit(m.Run())
}

// versions are two states of a config repo that differ in everything.
func versions() [2]*content.Content {
	return [2]*content.Content{two("1"), whole(map[string][]content.File{
		"raw/orders": pipeline("raw/orders", "2", "orders", "returns"), "raw/new": pipeline("raw/new", "2", "x", "y"),
	})}
}

// churn deploys one and the other for ever, and says when it has begun.
func churn(dir string) {
	s, to := open(dir)
	var ids [2]string
	for i, c := range versions() {
		built, err := s.Build(context.Background(), c, options(fmt.Sprintf("%02d", i)))
		if err != nil {
			panic(err)
		}
		ids[i] = built.ID
	}
	for round := 0; ; round++ {
		if _, err := s.Deploy(context.Background(), ids[round%2], to, DeployOptions{By: "ana", Wait: time.Minute}); err != nil {
			panic(err)
		}
		if round == 0 {
			fmt.Println("begun")
		}
	}
}

// A process that is killed at any moment leaves no DAG without its SQL, nothing of
// a neighbour's changed, and nothing that stops the next deploy, which completes it.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	s, to := open(dir)
	put(t, to.Bucket, "dags/dop_other/raw/x/x.py", "theirs")
	for range 12 {
		cmd := exec.Command(os.Args[0]) //nolint:gosec // this test's own binary
		cmd.Env = append(os.Environ(), killedDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, err = io.ReadFull(out, make([]byte, len("begun")))
		require.NoError(t, err)
		time.Sleep(time.Duration(rand.IntN(60_000)) * time.Microsecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // it reports the kill

		requireWhole(t, to)
		assert.Equal(t, map[string]string{"dags/dop_other/raw/x/x.py": "theirs"}, snapshot(t, to.Bucket, "dags/dop_other/"))
		built, err := s.Build(t.Context(), versions()[1], options("01"))
		require.NoError(t, err)
		require.True(t, built.Existed)
		_, err = s.Deploy(t.Context(), built.ID, to, DeployOptions{By: "ana"})
		require.NoError(t, err, "a killed process holds no lease")
		require.Len(t, live(t, to), 6)
	}
}
