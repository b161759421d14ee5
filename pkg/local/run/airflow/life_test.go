//go:build unix

package airflow

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// machine is where servers of the test run.
type machine struct {
	*testing.T
	cache, bin string
	said       []string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	return &machine{T: t, cache: t.TempDir(), bin: stubPython(t).Bin}
}

func (m *machine) home() string {
	home := filepath.Join(m.TempDir(), "dev")
	m.Cleanup(func() {
		_, err := Stop(context.Background(), home)
		assert.NoError(m, err)
		_, err = Clean(context.Background(), home, m.say)
		assert.NoError(m, err)
	})
	return home
}

func (m *machine) say(line string) { m.said = append(m.said, line) }

// up starts a server of a home.
func (m *machine) up(home string, port int) (*Instance, error) {
	m.Helper()
	m.Setenv(asServer, home)
	self, err := os.Executable()
	require.NoError(m, err)
	m.said = nil
	return StartInBackground(m.Context(), home, port, []string{self, strconv.Itoa(port), m.cache, m.bin}, m.say)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// left are the parts of a home that run.
func left(home string) (parts []string) {
	resolved, err := filepath.EvalSymlinks(home)
	if err != nil {
		resolved = home
	}
	for _, value := range process.Marks(markName) {
		if part, of := strings.CutPrefix(value, resolved+"/"); of {
			parts = append(parts, strings.TrimSuffix(part, "/"))
		}
	}
	return parts
}

func kill(t *testing.T, pid int) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	assert.Eventually(t, func() bool { return process.Started(pid) == "" }, time.Minute, 10*time.Millisecond)
}

// A server starts, ends with all that it has started, starts again, and after it was killed too.
func TestLife(t *testing.T) {
	m := newMachine(t)
	home, port := m.home(), freePort(t)
	r, err := m.up(home, port)
	require.NoError(t, err, m.said)
	assert.Equal(t, port, r.Port)
	assert.ElementsMatch(t, []string{"scheduler", "triggerer", "webserver"}, left(home))

	_, err = m.up(home, port)
	require.ErrorContains(t, err, "it runs already")

	was, err := Stop(t.Context(), home)
	require.NoError(t, err)
	assert.Equal(t, r.PID, was.PID)
	assert.Empty(t, left(home))
	assert.NoFileExists(t, filepath.Join(home, runningFile))
	log, err := os.ReadFile(filepath.Join(home, "logs", "scheduler.log"))
	require.NoError(t, err)
	assert.Contains(t, string(log), "airflow scheduler --skip-serve-logs\n")
	assert.Contains(t, string(log), "scheduler ends\n", "it was asked")
	none, err := Stop(t.Context(), home)
	require.NoError(t, err)
	assert.Nil(t, none)

	again, err := m.up(home, port)
	require.NoError(t, err, m.said)
	kill(t, again.PID)
	assert.Eventually(t, func() bool {
		found, err := Find(home)
		return err == nil && found == nil
	}, time.Minute, 10*time.Millisecond)
	assert.Contains(t, left(home), "webserver", "its child has the port")

	third, err := m.up(home, port)
	require.NoError(t, err, m.said)
	assert.Contains(t, m.said[0], "an earlier Airflow was killed")
	kill(t, third.PID)
	n, err := Clean(t.Context(), home, m.say)
	require.NoError(t, err)
	assert.NotZero(t, n)
	assert.Empty(t, left(home))
}

// Two homes cannot have one port, and the second is told whose it is.
func TestOnePort(t *testing.T) {
	m := newMachine(t)
	one, two, port := m.home(), m.home(), freePort(t)
	_, err := m.up(one, port)
	require.NoError(t, err, m.said)
	_, err = m.up(two, port)
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "another Airflow of dorc has it", p.Summary)
	assert.Contains(t, p.Detail, one)
	assert.Contains(t, p.Hint, "--port ")
	_, err = Stop(t.Context(), one)
	require.NoError(t, err)
	_, err = m.up(two, port)
	require.NoError(t, err, m.said)
}

// A port is another's also while that one does not listen yet, and that of any other program.
func TestClaim(t *testing.T) {
	cache, port := t.TempDir(), freePort(t)
	release, err := Claim(t.Context(), cache, t.TempDir(), port, func(string) {})
	require.NoError(t, err)
	_, err = Claim(t.Context(), cache, t.TempDir(), port, func(string) {})
	require.ErrorContains(t, err, "has it")
	release()
	release, err = Claim(t.Context(), cache, t.TempDir(), port, func(string) {})
	require.NoError(t, err)
	release()

	l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	require.NoError(t, err)
	defer l.Close()
	_, err = Claim(t.Context(), cache, t.TempDir(), port, func(string) {})
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "another program has it", p.Summary)
	assert.Contains(t, p.Hint, "--port ")
}

// Pages that answer are not those of a server that has ended.
func TestReadyLooksAtTheServer(t *testing.T) {
	home, ended := t.TempDir(), make(chan error, 1)
	pages := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		select {
		case ended <- nil:
		default:
		}
	}))
	defer pages.Close()
	at, err := url.Parse(pages.URL)
	require.NoError(t, err)
	port, err := strconv.Atoi(at.Port())
	require.NoError(t, err)
	release, err := Hold(home)
	require.NoError(t, err)
	defer release()
	require.NoError(t, Server{Python: Python{Version: "2.10.5"}, Home: home, Port: port}.Keep())
	output, err := os.Create(filepath.Join(home, OutputFile))
	require.NoError(t, err)
	defer output.Close()
	_, err = ready(t.Context(), home, os.Getpid(), output, ended, func(string) {})
	require.ErrorContains(t, err, "it ended before its pages answered")
}

// What a killed server wrote down is not believed, and its number is nobody's to end.
func TestStaleInstance(t *testing.T) {
	home := t.TempDir()
	stranger, err := os.StartProcess("/bin/sleep", []string{"sleep", "300"}, &os.ProcAttr{})
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = stranger.Wait() })
	t.Cleanup(func() { _ = stranger.Kill() })
	stale := `{"pid": ` + strconv.Itoa(stranger.Pid) + `, "process": "earlier", "address": "http://localhost:1", "port": 1}`
	file := filepath.Join(home, runningFile)
	require.NoError(t, os.WriteFile(file, []byte(stale), 0o600))
	r, err := Find(home)
	require.NoError(t, err)
	assert.Nil(t, r)

	release, err := Hold(home)
	require.NoError(t, err)
	r, err = Find(home)
	require.NoError(t, err)
	assert.Equal(t, os.Getpid(), r.PID, "it is written down at once who has the home")
	assert.Zero(t, r.Port)
	release()
	assert.NoFileExists(t, file)

	// The lock is taken, and the file not written yet.
	require.NoError(t, os.WriteFile(file, []byte(stale), 0o600))
	unlock, err := take(home)
	require.NoError(t, err)
	defer unlock()
	r, err = Find(home)
	require.NoError(t, err)
	assert.Equal(t, &Instance{}, r)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = Stop(ctx, home)
	require.ErrorContains(t, err, "it has not ended yet")
	assert.NotEmpty(t, process.Started(stranger.Pid))
}

// Who looks does not keep a server from starting.
func TestFindDoesNotDisturb(t *testing.T) {
	home := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	for range 4 {
		looking.Go(func() {
			for ctx.Err() == nil {
				_, err := Find(home)
				assert.NoError(t, err)
			}
		})
	}
	for range 50 {
		release, err := Hold(home)
		if assert.NoError(t, err) {
			release()
		}
	}
	cancel()
	looking.Wait()
}
