package venvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// ErrUnavailable says that this machine cannot have the environment: no Python
// with venv, or no package index in reach.
var ErrUnavailable = errors.New("a Python environment for tests cannot be made here")

// complete marks an environment that was made to its end.
const complete = "complete"

// Make returns the Python of a virtual environment of this name in the user's
// cache folder. The first on a machine makes it with python3 and installs what the
// arguments of pip say; others wait for it. Another content needs another name.
func Make(ctx context.Context, name string, pip ...string) (python string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	folder := filepath.Join(cache, "dorc-test", name)
	unlock, err := lockfile.Lock(ctx, folder+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	python = filepath.Join(folder, "bin", "python")
	if _, err := os.Stat(filepath.Join(folder, complete)); err == nil && starts(ctx, python) {
		return python, nil
	}
	install := append([]string{python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"}, pip...)
	for _, argv := range [][]string{{"python3", "-m", "venv", "--clear", folder}, install} {
		if said, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput(); err != nil { //nolint:gosec // fixed words of tests
			lines := bytes.Split(bytes.TrimSpace(said), []byte("\n"))
			return "", fmt.Errorf("%w: %w: %s", ErrUnavailable, err, lines[len(lines)-1])
		}
	}
	return python, os.WriteFile(filepath.Join(folder, complete), nil, 0o600)
}

// starts is false when the Python that the environment was made with has gone.
func starts(ctx context.Context, python string) bool {
	return exec.CommandContext(ctx, python, "-c", "").Run() == nil
}
