//go:build unix

package airflow

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asServer makes the test's own binary a server of the home that the variable names: what dorc itself is.
const asServer = "DORC_TEST_AS_SERVER"

func TestMain(m *testing.M) {
	switch {
	case filepath.Base(os.Args[0]) == "airflow":
		stub(os.Args[1:])
		os.Exit(0)
	case os.Getenv(asServer) != "":
		if err := serveStub(os.Getenv(asServer), os.Args[1:]); err != nil {
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

// stub plays Airflow's program. Its scheduler has a child in a session of its own that does not hear, as the
// manager of DAG files is in a group of its own; the webserver's child has the port.
func stub(args []string) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	fmt.Println("airflow", strings.Join(args, " "))
	switch args[0] {
	case "db":
		if err := os.WriteFile(databaseFile, []byte("SQLite"), 0o600); err != nil {
			panic(err)
		}
		return
	case "dags":
		stubRun()
		return
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
	case "scheduler":
		child("deaf")
	case "webserver":
		child(append([]string{"pages"}, args[1:]...)...)
	case "pages":
		port := args[slices.Index(args, "--port")+1]
		go func() {
			err := http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			fmt.Println(err)
			os.Exit(1)
		}()
	}
	select {
	case <-asked:
		fmt.Println(args[0], "ends")
	case <-time.After(5 * time.Minute):
	}
}

// stubRun plays a run whose first task has started something, and whose next one begins although it was asked to end.
func stubRun() {
	child("deaf")
	fmt.Println(`{"dorc": "running", "task": "first"}`)
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	<-asked
	fmt.Println(`{"dorc": "failed", "task": "first", "cause": "asked to end"}`)
	fmt.Println(`{"dorc": "running", "task": "second"}`)
	time.Sleep(5 * time.Minute)
}

// child starts a process in a session of its own, with the same output.
func child(args ...string) {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"airflow"}, args...)
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = os.Stdout, os.Stderr, &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	if args[0] == "pages" { // the monitor ends when its server does
		go func() {
			_ = cmd.Wait()
			os.Exit(1)
		}()
	}
}

// stubPython is an environment whose Airflow is the stub.
func stubPython(t *testing.T) Python {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	bin := t.TempDir()
	require.NoError(t, os.Symlink(self, filepath.Join(bin, "airflow")))
	return Python{Bin: bin, Version: "2.10.5"}
}
