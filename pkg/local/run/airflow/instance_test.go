package airflow

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever takes the home of a killed server knows of its containers until they are
// removed, and does not forget itself with them.
func TestContainersOfAKilledServer(t *testing.T) {
	home := t.TempDir()
	containers := &Containers{Engine: "docker", Program: "/usr/bin/docker", Prefix: "dorc-airflow-1-"}
	require.NoError(t, keep(home, Instance{Port: 8082, Containers: containers}))
	release, err := Hold(home)
	require.NoError(t, err)
	last, err := Last(home)
	require.NoError(t, err)
	assert.Equal(t, containers, last.Containers)
	assert.Zero(t, last.Port)

	require.NoError(t, os.WriteFile(filepath.Join(home, "airflow-scheduler.pid"), []byte("7"), 0o600))
	require.NoError(t, Forget(home))
	last, err = Last(home)
	require.NoError(t, err)
	assert.Nil(t, last.Containers)
	assert.Equal(t, os.Getpid(), last.PID)
	assert.NoFileExists(t, filepath.Join(home, "airflow-scheduler.pid"))

	release()
	last, err = Last(home)
	require.NoError(t, err)
	assert.Nil(t, last)
}
