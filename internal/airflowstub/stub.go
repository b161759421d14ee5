//go:build unix

package airflowstub

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Main plays a program when this process was started by its name, and does not return
// then. A test's binary calls it first, and is linked to as airflow and python.
func Main(args []string, in io.Reader, out *os.File) {
	var err error
	switch filepath.Base(args[0]) {
	case "airflow":
		err = airflow(args[1:], out)
	case "python":
		err = bigQuery(args[1:], in, out)
	default:
		return
	}
	if err != nil {
		fmt.Fprintln(out, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Link links this process's program into a folder of programs.
func Link(bin string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, name := range []string{"airflow", "python"} {
		if err := os.Symlink(self, filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	return nil
}

// life is how long a process lives that nobody ends.
const life = 5 * time.Minute

// ChildVariable says whether the scheduler's child ends when it is asked: "polite", else "deaf".
const ChildVariable = "AIRFLOW_VAR_STUB_CHILD"

// airflow plays Airflow's program. The scheduler has a child in a session of its own, as Airflow's
// manager of DAG files is in a group of its own; the webserver's child has the port.
func airflow(args []string, out *os.File) error {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	fmt.Fprintln(out, "airflow", strings.Join(args, " "))
	switch args[0] {
	case "db":
		return os.WriteFile("airflow.db", []byte("SQLite"), 0o600)
	case "dags":
		return dagRun(asked, out)
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
	case "scheduler":
		if _, err := child(out, cmp.Or(os.Getenv(ChildVariable), "deaf")); err != nil {
			return err
		}
	case "webserver":
		pages, err := child(out, append([]string{"pages"}, args[1:]...)...)
		if err != nil {
			return err
		}
		go func() {
			_ = pages.Wait() // however it ended
			os.Exit(1)
		}()
	case "pages":
		port := args[slices.Index(args, "--port")+1]
		go func() {
			fmt.Fprintln(out, http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))) //nolint:gosec // a test's
			os.Exit(1)
		}()
	}
	select {
	case <-asked:
		fmt.Fprintln(out, args[0], "ends")
	case <-time.After(life):
	}
	return nil
}

// dagRun plays a run whose first task has started something, and whose next one begins although it was asked to end.
func dagRun(asked <-chan os.Signal, out *os.File) error {
	if _, err := child(out, "deaf"); err != nil {
		return err
	}
	fmt.Fprintln(out, `{"dorc": "running", "task": "first"}`)
	<-asked
	fmt.Fprintln(out, `{"dorc": "failed", "task": "first", "cause": "asked to end"}`)
	fmt.Fprintln(out, `{"dorc": "running", "task": "second"}`)
	time.Sleep(life)
	return nil
}

// child starts a process in a session of its own, with the same output.
func child(out *os.File, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self) //nolint:gosec // the test itself
	cmd.Args = append([]string{"airflow"}, args...)
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = out, out, &syscall.SysProcAttr{Setsid: true}
	return cmd, cmd.Start()
}

// bigQuery plays the local BigQuery's server for the one who starts it.
func bigQuery(args []string, in io.Reader, out *os.File) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	answers := map[string]any{"/dorc/state": map[string]string{"state": args[slices.Index(args, "--state")+1]}, "/dorc/leave": map[string]bool{"stays": false}}
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // a test's
			_ = json.NewEncoder(w).Encode(answers[r.URL.Path])
		}))
	}()
	fmt.Fprintf(out, "{\"url\": \"http://%s\"}\n", listener.Addr())
	_, _ = in.Read(make([]byte, 1)) // until it ends
	return nil
}
