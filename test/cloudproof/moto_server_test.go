package cloudproof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/venvtest"
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
	requirements, err := os.ReadFile("moto/requirements.txt")
	require.NoError(t, err)
	sum := sha256.Sum256(requirements)
	python, err := venvtest.Make(t.Context(), "moto-"+hex.EncodeToString(sum[:6]), "-r", "moto/requirements.txt")
	if errors.Is(err, venvtest.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return python
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
