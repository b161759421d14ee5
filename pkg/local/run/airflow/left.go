package airflow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/internal/lockfile"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// markName is the variable that the processes of a server are known by: a part of a home.
const markName = "DORC_AIRFLOW_PART"

// mark is the variable of a part; of "" it is what those of all parts of the home begin with.
func mark(home, part string) string {
	if found, err := filepath.EvalSymlinks(home); err == nil {
		home = found
	}
	if part != "" {
		part += "/"
	}
	return markName + "=" + filepath.ToSlash(home) + "/" + part
}

// homes are those with processes, whether who started them lives or was killed.
func homes() (all []string) {
	for _, value := range process.Marks(markName) {
		if home, _, ok := cutLast(strings.TrimSuffix(value, "/"), "/"); ok {
			all = append(all, filepath.FromSlash(home))
		}
	}
	return all
}

func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// sweepGrace is how long the processes of a killed server may take to end: tasks among them
// cancel what they have started.
var sweepGrace = 10 * time.Second

// sweep ends what a server that was killed has left of a home. The caller has the home's lock.
func sweep(ctx context.Context, home string, say func(string)) int {
	ended := process.Sweep(ctx, mark(home, ""), sweepGrace)
	if ended > 0 {
		say(fmt.Sprintf("an earlier Airflow was killed; processes that it had left have been ended: %d", ended))
	}
	return ended
}

// Clean ends what a server that was killed has left of a home, and returns how many
// processes there were. It leaves a server alone that runs.
func Clean(ctx context.Context, home string, say func(string)) (int, error) {
	release, err := take(home)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, lockfile.ErrHeld) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer release()
	return sweep(ctx, home, say), nil
}
