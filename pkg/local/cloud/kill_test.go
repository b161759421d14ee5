package cloud

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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

// churn creates, updates and deletes for ever, and says when it has begun.
func churn(dir string) {
	s, err := Open(dir)
	if err != nil {
		panic(err)
	}
	for round := 0; ; round++ {
		id := fmt.Sprintf("f%d", round%5)
		d := document(id)
		d.Outputs["text"] = strings.Repeat("x", 20000)
		d.Secrets = []string{"/outputs/text"}
		for _, err := range []error{s.Create(d), s.Update(d)} {
			if err != nil && !errors.Is(err, ErrExists) {
				panic(err)
			}
		}
		if round%3 == 0 {
			if err := s.Delete(functionType, id); err != nil {
				panic(err)
			}
		}
		if round == 0 {
			fmt.Println("begun")
		}
	}
}

// A process that is killed at any moment leaves whole documents, and nothing that
// stops the next process.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	for range 15 {
		cmd := exec.Command(os.Args[0]) //nolint:gosec // this test's own binary
		cmd.Env = append(os.Environ(), killedDir+"="+dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, err = io.ReadFull(out, make([]byte, len("begun")))
		require.NoError(t, err)
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // it reports the kill

		s, err := Open(dir)
		require.NoError(t, err)
		docs, err := s.List(functionType)
		require.NoError(t, err, "no torn document, and every secret opens")
		for _, d := range docs {
			require.Len(t, d.Outputs["text"], 20000)
			require.NoError(t, s.Update(d), "no lock stays")
		}
	}
}
