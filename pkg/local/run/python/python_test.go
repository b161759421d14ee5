package python

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func script(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755))
}

func says(version string) string {
	parts := strings.Split(version, ".")
	return `echo '{"executable": "/x", "major": ` + parts[0] + `, "minor": ` + parts[1] + `, "micro": ` + parts[2] + `, "platform": "p", "venv": true}'`
}

func TestFind(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	_, err := Find(ctx, "", "3.12")
	require.ErrorContains(t, err, "no Python was found")

	script(t, dir, "python3.12", "echo broken shim >&2; exit 127") // as version managers have them
	script(t, dir, "python3", says("3.8.1"))
	_, err = Find(ctx, "", "3.12")
	require.ErrorContains(t, err, "broken shim")
	require.ErrorContains(t, err, "older than 3.9")

	script(t, dir, "python3.11", says("3.11.4"))
	found, err := Find(ctx, "", "3.12")
	require.NoError(t, err)
	assert.Equal(t, "3.11.4", found.Version())
	script(t, dir, "python3.12", says("3.12.0"))
	found, err = Find(ctx, "", "3.12")
	require.NoError(t, err)
	assert.Equal(t, "3.12", found.MinorVersion())

	_, err = Find(ctx, filepath.Join(dir, "python3"), "3.12")
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "this Python cannot be used", p.Summary)
}

// install puts what an installer leaves of a package into a folder.
func install(t *testing.T, site, folder, metadata string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(site, folder), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(site, folder, "METADATA"), []byte(metadata), 0o644))
}

func TestInstalled(t *testing.T) {
	site := t.TempDir()
	install(t, site, "python_dateutil-2.9.0.post0.dist-info", "Metadata-Version: 2.1\nName: python-dateutil\nVersion: 2.9.0.post0\nSummary: x\n\nName: other\n")
	install(t, site, "Zope.Event-5.0.dist-info", "Name: Zope.Event\r\nVersion: 5.0+local.1\r\n\r\n")
	install(t, site, "pip-24.0.dist-info", "Name: pip\nVersion: 24.0\n")
	got, err := Installed(site)
	require.NoError(t, err)
	assert.Equal(t, []Package{{"python-dateutil", "2.9.0.post0"}, {"zope-event", "5.0+local.1"}}, got)

	file, err := Compiled(site)
	require.NoError(t, err)
	assert.Empty(t, file)
	require.NoError(t, os.MkdirAll(filepath.Join(site, "numpy.libs"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(site, "numpy.libs", "libgfortran.so.5.0.0"), nil, 0o644))
	file, err = Compiled(site)
	require.NoError(t, err)
	assert.Equal(t, "numpy.libs/libgfortran.so.5.0.0", file)

	for _, metadata := range []string{"Name: --index-url=x\nVersion: 1\n", "Name: a\nVersion: 1 --pre\n", "Version: 1\n"} {
		install(t, site, "bad-1.dist-info", metadata)
		_, err = Installed(site)
		require.ErrorContains(t, err, "no valid name and version")
	}
}

func TestPins(t *testing.T) {
	i := Interpreter{Major: 3, Minor: 12, Executable: "/x", Suffix: ".cpython-312-x86_64-linux-gnu.so"}
	assert.Equal(t, []string{clientPin, "boto3"}, platform(i, []Package{{"botocore", "1.0"}}))
	assert.Equal(t, []string{clientModule, boto3Pin}, platform(i, []Package{{"simplejson", "3.0"}}))
	assert.Equal(t, []string{clientPin, boto3Pin}, platform(i, nil))
	assert.Equal(t, []string{clientPin39, boto3Pin39}, platform(Interpreter{Minor: 9}, nil))
	e := Environments{Interpreter: i}
	assert.NotEqual(t, e.key([]Package{{"a", "1"}}, nil), e.key([]Package{{"a", "2"}}, nil))

	dir := t.TempDir()
	script(t, dir, "python3.12", "")
	require.NoError(t, os.Symlink("python3.12", filepath.Join(dir, "python3")))
	long, short := Environments{Interpreter: Interpreter{Executable: dir + "/python3.12"}}, Environments{Interpreter: Interpreter{Executable: dir + "/python3"}}
	assert.Equal(t, long.key(nil, nil), short.key(nil, nil), "two names of one Python")

	assert.True(t, i.Loads("3.12", "amd64"))
	assert.False(t, i.Loads("3.11", "amd64"))
	assert.False(t, i.Loads("3.12", "arm64"))
	assert.False(t, i.Loads("3.12", "s390x"))
	i.Suffix = ".cpython-312-x86_64-linux-musl.so"
	assert.False(t, i.Loads("3.12", "amd64"), "a C library of another kind")
}

func TestEnvironment(t *testing.T) {
	if testing.Short() {
		t.Skip("makes Python environments")
	}
	ctx := context.Background()
	interpreter, err := Find(ctx, "", "3.12")
	if err != nil {
		t.Skipf("no Python: %v", err)
	}
	dir := t.TempDir()
	e := Environments{Folder: filepath.Join(dir, "python"), Interpreter: interpreter}
	first, err := e.Platform(ctx, func(string) {})
	if err != nil {
		t.Skipf("the package index is out of reach: %v", err)
	}

	// The image's packages come first, with what their .pth files add.
	site := filepath.Join(dir, "site-packages")
	require.NoError(t, os.MkdirAll(filepath.Join(site, "added"), 0o755))
	for name, text := range map[string]string{"boto3.py": "__version__ = 'of the image'", "x.pth": "added\n", "added/more.py": "yes = 1"} {
		require.NoError(t, os.WriteFile(filepath.Join(site, name), []byte(text+"\n"), 0o644))
	}
	cmd := exec.Command(first.Python, "-c", "import awslambdaric, botocore, boto3, more; print(boto3.__version__)")
	cmd.Env = append(os.Environ(), "PYTHONPATH="+site, SiteVariable+"="+site)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, "of the image\n", string(out))
	require.NoError(t, exec.Command(first.Python, "-c", "import boto3; boto3.client").Run(), "without an image")

	var progress []string
	packages := []Package{{"awslambdaric", "0.0.1"}, {"tomli", "2.0.1"}}
	env, err := e.Packages(ctx, packages, func(line string) { progress = append(progress, line) })
	require.NoError(t, err)
	assert.True(t, env.Made)
	assert.Contains(t, strings.Join(progress, "\n"), "tomli")
	require.NoError(t, exec.Command(env.Python, "-c", "import tomli, boto3, awslambdaric").Run())
	again, err := e.Packages(ctx, packages, func(string) { t.Error("nothing is left to do") })
	require.NoError(t, err)
	assert.False(t, again.Made)
	assert.Equal(t, env.Python, again.Python)

	_, err = e.Packages(ctx, []Package{{"dorc-no-such-package", "9.9"}}, func(string) {})
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "the packages of the image cannot be installed for it", p.Summary)
	assert.Contains(t, p.Detail, "dorc-no-such-package")
	assert.Contains(t, p.Hint, "--container")
}
