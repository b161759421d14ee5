//go:build unix

package dags

import (
	"bufio"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/airflowstub"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// installers play Python 3.11, and uv, which installs stubs.
var installers = map[string]string{
	"python3.11": `#!/bin/sh
echo '{"executable": "'$0'", "major": 3, "minor": 11, "micro": 4, "platform": "p", "venv": true}'
`,
	"uv": `#!/bin/sh
if [ "$1" = venv ]; then
	for folder; do :; done
	mkdir -p "$folder/lib/python3.11/site-packages"
	cp -R "$(dirname "$0")/stubs" "$folder/bin"
fi
`,
}

// stubUser has two environments whose Airflow is a stub.
func stubUser(t *testing.T) *user {
	t.Helper()
	files := maps.Clone(small)
	for _, env := range []string{"dev", "prod"} {
		files["infra/Pulumi."+env+".yaml"] = "config:\n  environment: " + env + "\n  gcp:\n    composer: {size: small}\n"
	}
	u := newUser(t, files)
	u.cache = t.TempDir()
	bin := t.TempDir()
	u.write(bin, installers)
	require.NoError(t, os.Mkdir(filepath.Join(bin, "stubs"), 0o755))
	require.NoError(t, airflowstub.Link(filepath.Join(bin, "stubs")))
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	t.Setenv(airflowstub.ChildVariable, "polite") // who does not hear takes a grace each time
	u.dorc("apply", "universal")
	for _, env := range []string{"dev", "prod"} {
		u.dorc("apply", "infra", "--env", env, "--only")
		t.Cleanup(func() {
			down := u.command("airflow", "down", "--env", env)
			again := exec.Command(down.Path, down.Args[1:]...) // the test's context has ended
			again.Dir, again.Env = down.Dir, down.Env
			assert.NoError(t, again.Run())
		})
	}
	return u
}

// fails runs dorc, which must fail, and returns its exit code and what it says.
func (u *user) fails(args ...string) (code int, said string) {
	u.Helper()
	out, err := u.command(args...).CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAsf(u, err, &exit, "dorc %q:\n%s", args, out)
	return exit.ExitCode(), string(out)
}

// airflows are the parts of an environment's Airflow that run.
func (u *user) airflows(env string) (parts []string) {
	u.Helper()
	dir, err := filepath.EvalSymlinks(u.dir)
	require.NoError(u, err)
	for _, value := range process.Marks("DORC_AIRFLOW_PART") {
		if part, found := strings.CutPrefix(value, filepath.Join(dir, ".dorc", "airflow", env)+"/"); found {
			parts = append(parts, strings.TrimSuffix(part, "/"))
		}
	}
	return parts
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// started starts an Airflow and returns dorc's process.
func (u *user) started(env, port string) (pid int, said string) {
	u.Helper()
	cmd := u.command("airflow", "up", "--env", env, "--port", port, "--json")
	var heard strings.Builder
	cmd.Stderr = &heard
	out, err := cmd.Output()
	require.NoError(u, err, heard.String())
	var answer struct {
		PID     int
		Address string
	}
	require.NoError(u, json.Unmarshal(out, &answer))
	assert.Equal(u, "http://localhost:"+port, answer.Address)
	return answer.PID, heard.String()
}

func TestAirflowLife(t *testing.T) {
	u := stubUser(t)
	port := freePort(t)
	assert.Contains(t, u.dorc("airflow", "up", "--env", "dev", "--port", port), "Airflow of dev is at http://localhost:"+port)
	_, said := u.fails("airflow", "up", "--env", "dev", "--port", port)
	assert.Contains(t, said, "it runs already")

	t.Run("two environments", func(t *testing.T) {
		_, said := u.fails("airflow", "up", "--env", "prod", "--port", port)
		assert.Contains(t, said, "another Airflow of dorc has it")
		assert.Contains(t, said, filepath.Join(".dorc", "airflow", "dev"))
		assert.Contains(t, said, "--port ")
		u.started("prod", freePort(t))
		assert.Contains(t, u.dorc("airflow", "down", "--env", "prod"), "Airflow of prod has ended.")
		assert.Empty(t, u.airflows("prod"))
		assert.NotEmpty(t, u.airflows("dev"), "the other is left alone")
	})
	t.Run("logs", func(t *testing.T) {
		assert.Contains(t, u.dorc("airflow", "logs", "scheduler", "--env", "dev"), "scheduler     | airflow scheduler --skip-serve-logs\n")
		assert.Empty(t, u.dorc("airflow", "logs", "-n", "0", "--env", "dev"))
		code, said := u.fails("airflow", "logs", "-n", "-1", "--env", "dev")
		assert.Equal(t, 1, code)
		assert.Contains(t, said, "--lines is -1")
	})
	t.Run("exec", func(t *testing.T) {
		assert.Contains(t, u.dorc("airflow", "exec", "--env", "dev", "--", "sh", "-c", "echo at $AIRFLOW_HOME"), filepath.Join(".dorc", "airflow", "dev"))
		code, said := u.fails("airflow", "exec", "--env", "dev", "--", "sh", "-c", "exit 7")
		assert.Equal(t, 7, code)
		assert.Empty(t, said)
		code, _ = u.fails("airflow", "exec", "--env", "dev", "--", "sh", "-c", "kill -9 $$")
		assert.Equal(t, 137, code)
		u.interruptedShell()
	})
	t.Run("restart", func(t *testing.T) {
		assert.Contains(t, u.dorc("airflow", "restart", "--env", "dev"), "http://localhost:"+port, "its port stays")
	})
	t.Run("down", func(t *testing.T) {
		assert.Contains(t, u.dorc("airflow", "down", "--env", "dev"), "Airflow of dev has ended.")
		assert.Empty(t, u.airflows("dev"))
		assert.Contains(t, u.dorc("airflow", "down", "--env", "dev"), "No Airflow of dev runs.")
		_, said := u.fails("airflow", "exec", "--env", "dev", "--", "true")
		assert.Contains(t, said, "no Airflow of dev runs")
	})
	t.Run("killed", func(t *testing.T) {
		pid, _ := u.started("dev", port)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		pid, said := u.started("dev", port)
		assert.Contains(t, said, "an earlier Airflow was killed")
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		assert.Contains(t, u.dorc("airflow", "down", "--env", "dev"), "Airflow of dev has ended.")
		assert.Empty(t, u.airflows("dev"))
	})
	t.Run("serve", func(t *testing.T) {
		serve := u.command("airflow", "serve", "--env", "dev", "--port", port)
		require.NoError(t, serve.Start())
		assert.Eventually(t, func() bool {
			answer, err := http.Get("http://127.0.0.1:" + port + "/health")
			return err == nil && answer.Body.Close() == nil
		}, time.Minute, 50*time.Millisecond)
		require.NoError(t, serve.Process.Signal(os.Interrupt))
		require.NoError(t, serve.Wait())
		assert.Empty(t, u.airflows("dev"))
	})
}

// interruptedShell holds that Ctrl-C is the shell's to hear: dorc neither ends it nor says anything.
func (u *user) interruptedShell() {
	u.Helper()
	shell := u.command("airflow", "exec", "--env", "dev", "--", "sh", "-c", "echo ready; read line; exit $line")
	var said strings.Builder
	shell.Stderr = &said
	in, err := shell.StdinPipe()
	require.NoError(u, err)
	out, err := shell.StdoutPipe()
	require.NoError(u, err)
	require.NoError(u, shell.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(u, err)
	require.Equal(u, "ready\n", line)
	for range 3 {
		require.NoError(u, shell.Process.Signal(os.Interrupt))
		time.Sleep(100 * time.Millisecond) // two at once are one
	}
	_, err = in.Write([]byte("5\n"))
	require.NoError(u, err)
	var exit *exec.ExitError
	require.ErrorAs(u, shell.Wait(), &exit)
	assert.Equal(u, 5, exit.ExitCode())
	assert.Empty(u, said.String())
}
