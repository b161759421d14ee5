package images

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/stretchr/testify/require"
)

// recorder stands for a program: it writes down how it is called, and becomes the
// program.
const recorder = `#!/bin/sh
{ printf '%s' "$0"; printf ' %s' "$@"; printf '\n'; } >>"$RECORDED_CALLS"
exec PROGRAM "$@"
`

// watchPrograms puts recorders first in PATH for what dorc may start, and returns
// the calls that they saw.
func (p *project) watchPrograms() func() []string {
	p.t.Helper()
	dir := p.t.TempDir()
	p.env["RECORDED_CALLS"] = filepath.Join(p.t.TempDir(), "calls")
	python, err := realPython()
	if err != nil {
		p.t.Skipf("no Python with pip: %v", err)
	}
	for name, program := range map[string]string{"python3.12": python, "python3": python, "uv": "uv", "git": "git", "docker": "docker"} {
		if program != python {
			found, err := lookPath(p.env["PATH"], program)
			if err != nil {
				continue
			}
			program = found
		}
		text := strings.ReplaceAll(recorder, "PROGRAM", "'"+program+"'")
		require.NoError(p.t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755)) //nolint:gosec // a program
	}
	p.env["PATH"] = dir + string(os.PathListSeparator) + p.env["PATH"]
	return func() []string {
		data, err := os.ReadFile(p.env["RECORDED_CALLS"])
		require.NoError(p.t, err)
		return strings.Split(strings.TrimSpace(string(data)), "\n")
	}
}

func lookPath(path, program string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if found, err := exec.LookPath(filepath.Join(dir, program)); err == nil {
			return found, nil
		}
	}
	return "", exec.ErrNotFound
}

// realPython is a Python with pip; shims of version managers may not run.
var realPython = sync.OnceValues(func() (string, error) {
	var err error
	for _, name := range []string{"python3.12", "python3", "/usr/bin/python3"} {
		var out []byte
		if out, err = exec.Command(name, "-c", "import pip, sys; print(sys.executable)").Output(); err == nil {
			return strings.TrimSpace(string(out)), nil
		}
	}
	return "", err
})

// uv for the tests: the machine's, or one that pip installs once.
const testUV = "uv==0.8.24"

var installedUV = sync.OnceValues(func() (string, error) {
	if path, err := exec.LookPath("uv"); err == nil {
		return path, nil
	}
	python, err := realPython()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "dorc-test-uv-")
	if err != nil {
		return "", err
	}
	tidy = append(tidy, dir)
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // another user calls it too
		return "", err
	}
	err = exec.Command(python, "-m", "pip", "install", "--quiet", "--target", dir, testUV).Run()
	return filepath.Join(dir, "bin", "uv"), err
})

// tidy are folders that are removed after all tests.
var tidy []string

// withUV puts uv first in PATH, and skips the test where there is none.
func (p *project) withUV() {
	p.t.Helper()
	uv, err := installedUV()
	if err != nil {
		p.t.Skipf("uv is neither on the machine nor can pip install it: %v", err)
	}
	p.env["PATH"] = filepath.Dir(uv) + string(os.PathListSeparator) + p.env["PATH"]
}

// withoutUV takes the folders that have uv out of PATH.
func (p *project) withoutUV() {
	var kept []string
	for _, dir := range filepath.SplitList(p.env["PATH"]) {
		if _, err := exec.LookPath(filepath.Join(dir, "uv")); err != nil {
			kept = append(kept, dir)
		}
	}
	p.env["PATH"] = strings.Join(kept, string(os.PathListSeparator))
}
