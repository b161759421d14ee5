package cloudproof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// moto is a running moto server.
type moto struct {
	// url is moto's endpoint. Calls of Lambda's Invoke are answered by invoke.
	url    string
	python string
	invoke http.Handler
}

// startMoto starts moto in server mode on loopback, or skips the test when moto
// cannot be installed. Moto runs functions in Docker or not at all, so a proxy
// stands before it that lets invoke answer for them.
func startMoto(t *testing.T, environ ...string) *moto {
	t.Helper()
	m := &moto{python: motoPython(t)}
	backend := freeAddress(t)
	target, err := url.Parse("http://" + backend)
	require.NoError(t, err)
	forward := httputil.NewSingleHostReverseProxy(target)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/invocations") && m.invoke != nil {
			m.invoke.ServeHTTP(w, r)
			return
		}
		forward.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	m.url = "http://" + listener.Addr().String()

	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	_, backendPort, err := net.SplitHostPort(backend)
	require.NoError(t, err)
	var log bytes.Buffer
	// Moto's Step Functions calls the other services at MOTO_PORT: through the proxy.
	cmd := exec.Command(m.python, "moto/serve.py", "-H", "127.0.0.1", "-p", backendPort)
	cmd.Env = environment(append(environ, "MOTO_PORT="+port, "MOTO_ACCOUNT_ID="+account)...)
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("moto said:\n%s", tail(log.String(), 4000))
		}
	})
	for {
		answer, err := http.Post("http://"+backend+"/moto-api/config", "application/json",
			strings.NewReader(`{"stepfunctions": {"execute_state_machine": true}}`))
		if err == nil {
			_ = answer.Body.Close()
			require.Less(t, answer.StatusCode, 300)
			return m
		}
		select {
		case <-ended:
			t.Fatalf("moto ended:\n%s", log.String())
		default:
		}
	}
}

func tail(text string, n int) string {
	if len(text) > n {
		return "… " + text[len(text)-n:]
	}
	return text
}

// freeAddress is a loopback address on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// replay runs the Python program replay against moto.
func (m *moto) replay(t *testing.T, command string, in, out any) {
	t.Helper()
	input, err := json.Marshal(in)
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(m.python, "-m", "replay", m.url, region, command)
	cmd.Dir = "moto"
	cmd.Env = environment()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &stdout, &stderr
	require.NoError(t, cmd.Run(), "%s", stderr.String())
	require.NoError(t, json.Unmarshal(stdout.Bytes(), out))
}

// motoPython is the Python of a virtual environment that has moto. It is kept in
// the user's cache, by what is in it.
func motoPython(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("installs moto from the Python package index")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("moto needs python3")
	}
	requirements, err := os.ReadFile("moto/requirements.txt")
	require.NoError(t, err)
	version, err := exec.Command(python, "-VV").Output()
	require.NoError(t, err)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", python, version, requirements))
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	venv := filepath.Join(cache, "dorc-test", "moto-"+hex.EncodeToString(sum[:6]))
	if _, err := os.Stat(venv); err != nil {
		makeVenv(t, python, venv)
	}
	return filepath.Join(venv, "bin", "python")
}

// makeVenv makes the environment beside its place and moves it there when it is
// complete: another test may be making it too.
func makeVenv(t *testing.T, python, venv string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(venv), 0o755))
	staged, err := os.MkdirTemp(filepath.Dir(venv), "staged-")
	require.NoError(t, err)
	defer func() { _ = os.RemoveAll(staged) }()
	for _, args := range [][]string{
		{python, "-m", "venv", staged},
		{filepath.Join(staged, "bin", "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "moto/requirements.txt"},
	} {
		if said, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Skipf("moto cannot be installed: %v\n%s", err, tail(string(said), 800))
		}
	}
	if err := os.Rename(staged, venv); err != nil {
		require.DirExists(t, venv, "another test made it: %v", err)
	}
}

// environment is the process's for moto and who calls it: without the user's
// settings of AWS, and on loopback without a proxy.
func environment(more ...string) []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "AWS_") && !strings.HasPrefix(kv, "MOTO_") {
			env = append(env, kv)
		}
	}
	return append(append(env, "NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "PYTHONDONTWRITEBYTECODE=1"), more...)
}

// answer writes a function's answer as Lambda's Invoke does.
func answer(w http.ResponseWriter, payload []byte, failed bool) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	if failed {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
	}
	_, _ = io.Copy(w, bytes.NewReader(payload))
}
