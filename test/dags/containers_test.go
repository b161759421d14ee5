package dags

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tiny is a DAG that looks around in its container: at what answers, at who it is,
// and at what it may write.
const tiny = `
import os
import urllib.error
import urllib.request
from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator


def look():
    for name in ("BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST", "DORC_WORKFLOW_EXECUTIONS"):
        try:
            urllib.request.urlopen(os.environ[name], timeout=10)
        except urllib.error.HTTPError:
            pass  # it answers
    from kubernetes import config
    config.load_kube_config(os.environ["DOP_KUBE_CONFIG"])
    assert os.getuid() == %d, os.getuid()
    assert os.path.exists("/opt/airflow/pyvenv.cfg")
    try:
        open(__file__, "a")
    except OSError:
        return
    raise AssertionError("the folder of DAGs can be written")


with DAG("tiny", start_date=datetime(2024, 1, 1), schedule=None) as dag:
    PythonOperator(task_id="look", python_callable=look)
`

// The Airflow of an environment in containers of a real engine: its pages are healthy,
// a DAG succeeds, restart stays in containers, and nothing is left of it, also when
// dorc was killed.
func TestAirflowInContainers(t *testing.T) {
	host, base := os.Getenv("DORC_TEST_DOCKER_HOST"), os.Getenv("DORC_TEST_AIRFLOW_BASE")
	if host == "" || base == "" {
		t.Skip("no container engine, or no base image with Python 3.11, for tests: eval and export what `scripts/containers.sh up DIR` prints")
	}
	if testing.Short() {
		t.Skip("runs Airflow for minutes")
	}
	t.Setenv("DOCKER_HOST", host)
	u := newUser(t, nil)
	universal := filepath.Join(u.dir, "repo", "universal", "Pulumi.universal.yaml")
	text, err := os.ReadFile(universal)
	require.NoError(t, err)
	text = []byte(strings.Replace(string(text), "\n  gcp:\n", "\n  gcp:\n    airflow_base_image: "+base+"\n", 1))
	require.NoError(t, os.WriteFile(universal, text, 0o644))
	u.dorc("apply", "universal")
	u.dorc("apply", "infra", "--env", "dev", "--only")
	found, err := filepath.Glob(filepath.Join(u.dir, ".dorc", "buckets", "*", "dags"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.NoError(t, os.WriteFile(filepath.Join(found[0], "tiny.py"), fmt.Appendf(nil, tiny, os.Getuid()), 0o644))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(u.dorcUntil(context.Background(), "airflow", "logs", "--env", "dev", "--lines", "40"))
		}
		u.dorcUntil(context.Background(), "airflow", "down", "--env", "dev")
		assert.Empty(t, u.containers())
	})

	port := freePort(t)
	said := u.dorc("airflow", "up", "--env", "dev", "--docker", "--port", port)
	assert.Contains(t, said, "Airflow of dev is at http://localhost:"+port)
	assert.Len(t, u.containers(), 3, "webserver, scheduler, triggerer")
	u.healthy(port)
	u.succeeds("tiny")
	assert.Contains(t, u.dorc("airflow", "logs", "scheduler", "--env", "dev"), "scheduler ")

	before := u.containers()
	u.dorc("airflow", "restart", "--env", "dev")
	assert.Len(t, u.containers(), 3, "it stays in containers")
	assert.NotContains(t, u.containers(), before[0])
	u.healthy(port)
	var runs []map[string]string
	require.NoError(t, json.Unmarshal([]byte(u.inside("airflow", "dags", "list-runs", "--dag-id", "tiny", "--output", "json")), &runs))
	assert.Len(t, runs, 1, "its runs are there again")

	data, err := os.ReadFile(filepath.Join(u.dir, ".dorc", "airflow", "dev", "server.json"))
	require.NoError(t, err)
	var server struct{ PID int }
	require.NoError(t, json.Unmarshal(data, &server))
	require.NoError(t, syscall.Kill(server.PID, syscall.SIGKILL))
	assert.Len(t, u.containers(), 3, "they live on")
	assert.Contains(t, u.dorc("airflow", "down", "--env", "dev"), "has ended")
	assert.Empty(t, u.containers())
}

// engine calls the engine's program.
func (u *user) engine(args ...string) string {
	u.Helper()
	out, err := exec.Command("docker", args...).Output()
	require.NoError(u, err)
	return strings.TrimSpace(string(out))
}

// containers are those of the Airflow, whose home's hash is in their names.
func (u *user) containers() []string {
	u.Helper()
	sum := sha256.Sum256([]byte(filepath.Join(u.dir, ".dorc", "airflow", "dev")))
	return strings.Fields(u.engine("ps", "--all", "--quiet", "--filter", "name=dorc-airflow-"+hex.EncodeToString(sum[:6])+"-"))
}

// healthy looks at the health page, until the scheduler has told of itself.
func (u *user) healthy(port string) {
	u.Helper()
	require.EventuallyWithT(u, func(c *assert.CollectT) {
		answer, err := http.Get("http://localhost:" + port + "/health")
		if !assert.NoError(c, err) {
			return
		}
		defer answer.Body.Close()
		var health map[string]struct{ Status string }
		if assert.NoError(c, json.NewDecoder(answer.Body).Decode(&health)) {
			assert.Equal(c, "healthy", health["scheduler"].Status)
			assert.Equal(c, "healthy", health["metadatabase"].Status)
		}
	}, 3*time.Minute, time.Second)
}

// inside runs a command by dorc airflow exec, and returns what it writes last: before
// that, Airflow warns.
func (u *user) inside(args ...string) string {
	u.Helper()
	lines := strings.Split(strings.TrimSpace(u.dorc(append([]string{"airflow", "exec", "--env", "dev", "--"}, args...)...)), "\n")
	return lines[len(lines)-1]
}

// succeeds switches a DAG on, triggers it, and waits for the run.
func (u *user) succeeds(dag string) {
	u.Helper()
	require.EventuallyWithT(u, func(c *assert.CollectT) {
		assert.Contains(c, u.inside("airflow", "dags", "list", "--output", "json"), `"`+dag+`"`)
	}, 3*time.Minute, time.Second)
	u.inside("airflow", "dags", "unpause", dag)
	u.inside("airflow", "dags", "trigger", dag)
	state := ""
	require.Eventually(u, func() bool {
		var runs []map[string]string
		require.NoError(u, json.Unmarshal([]byte(u.inside("airflow", "dags", "list-runs", "--dag-id", dag, "--output", "json")), &runs))
		require.Len(u, runs, 1)
		state = runs[0]["state"]
		return state == "success" || state == "failed"
	}, 5*time.Minute, 2*time.Second)
	assert.Equal(u, "success", state)
}
