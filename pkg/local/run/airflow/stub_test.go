//go:build unix

package airflow

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/airflowstub"
)

// asServer makes the test's own binary a server of the home that the variable names: what dorc itself is.
const asServer = "DORC_TEST_AS_SERVER"

func TestMain(m *testing.M) {
	airflowstub.Main(os.Args, os.Stdin, os.Stdout)
	if home := os.Getenv(asServer); home != "" {
		if err := serveStub(home, os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	sweepGrace, testGrace = shortGrace, shortGrace
	os.Exit(m.Run())
}

// shortGrace is for processes that do not hear.
const shortGrace = time.Second

// serveStub does what dorc airflow serve does: arguments are the port, the cache and Airflow's folder.
func serveStub(home string, args []string) error {
	serverGrace, sweepGrace = shortGrace, shortGrace
	port, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	s := Server{Python: Python{Bin: args[2], Version: "2.10.5"}, Home: home, Dags: filepath.Join(home, "dags"), Port: port, Cache: args[1]}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	release, err := Hold(home)
	if err != nil {
		return err
	}
	defer release()
	say := func(line string) { fmt.Println(line) }
	released, err := Claim(ctx, s.Cache, home, port, say)
	if err != nil {
		return err
	}
	defer released()
	if err := s.Keep(); err != nil {
		return err
	}
	return s.Run(ctx, say)
}

// stubPython is an environment whose Airflow is the stub.
func stubPython(t *testing.T) Python {
	t.Helper()
	bin := t.TempDir()
	require.NoError(t, airflowstub.Link(bin))
	return Python{Bin: bin, Version: "2.10.5"}
}
