package airflowtest

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/airflow/venv"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// unavailable are the words for what a machine may lack: the image's Python, or a
// package index in reach.
var unavailable = regexp.MustCompile(`(?i)there is no Python|dns error|name resolution|connection (refused|reset|timed out)|timed out|network is unreachable|failed to connect`)

// Environment is the environment of a line, such as "2.10", with more requirements
// besides: some 1.5 GB, which the first on a machine installs in a minute or two.
// Without what it needs, and with -short, the test is skipped.
func Environment(t testing.TB, line string, more ...string) venv.Environment {
	t.Helper()
	if testing.Short() {
		t.Skip("Airflow takes seconds to start")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	env, err := venv.Make(t.Context(), venv.Options{Image: Image(t, line), Cache: filepath.Join(cache, "dorc-test"), More: more})
	var p problem.Problem
	if errors.As(err, &p) && unavailable.MatchString(p.Error()) {
		t.Skip(p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// Image is the newest listed image of a line.
func Image(t testing.TB, line string) airflow.Image {
	t.Helper()
	var found airflow.Image
	for _, i := range airflow.Images() {
		if i.Line == line {
			found = i
		}
	}
	if found.Line == "" {
		t.Fatalf("no image has Airflow %s", line)
	}
	return found
}
