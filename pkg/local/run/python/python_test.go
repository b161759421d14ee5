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

func TestRequirements(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	first, all, err := requirements(dir)
	require.NoError(t, err)
	assert.Empty(t, first)
	assert.Empty(t, all)
	write("requirements.txt", "Boto3==1.0\n-r more.txt\n# no\n")
	write("more.txt", "my_package[extra]>=1 ; python_version > '3'\n")
	write("global-requirements.txt", "x\n")
	first, all, err = requirements(dir)
	require.NoError(t, err)
	assert.Len(t, first, 2)
	assert.Len(t, all, 3)
	assert.Equal(t, map[string]bool{"boto3": true, "my-package": true, "x": true}, names(all))
	write("requirements.txt", "-r ../outside.txt\n")
	_, _, err = requirements(dir)
	require.Error(t, err)

	i := Interpreter{Major: 3, Minor: 12, Executable: "/x"}
	assert.Equal(t, []string{clientPin, "boto3"}, platform(i, map[string]bool{"botocore": true}))
	assert.Equal(t, []string{clientPin, boto3Pin}, platform(i, nil))
	assert.Equal(t, []string{clientPin39, boto3Pin39}, platform(Interpreter{Minor: 9}, nil))
	e := Environments{Interpreter: i}
	assert.NotEqual(t, e.key(all, nil), e.key(all[1:], nil))
}

func TestEnvironment(t *testing.T) {
	if testing.Short() {
		t.Skip("makes Python environments")
	}
	interpreter, err := Find(context.Background(), "", "3.12")
	if err != nil {
		t.Skipf("no Python: %v", err)
	}
	dir := t.TempDir()
	task := filepath.Join(dir, "task")
	require.NoError(t, os.Mkdir(task, 0o755))
	e := Environments{Folder: filepath.Join(dir, "python"), Interpreter: interpreter}
	if _, err := e.For(context.Background(), "probe", task, func(string) {}); err != nil {
		t.Skipf("the package index is out of reach: %v", err)
	}
	requirement := filepath.Join(task, "requirements.txt")
	require.NoError(t, os.WriteFile(requirement, []byte("tomli==2.0.1\n"), 0o644))
	var progress []string
	env, err := e.For(context.Background(), "f", task, func(line string) { progress = append(progress, line) })
	require.NoError(t, err)
	assert.True(t, env.Made)
	assert.Contains(t, strings.Join(progress, "\n"), "tomli")
	require.NoError(t, exec.Command(env.Python, "-c", "import tomli, boto3, awslambdaric").Run())
	again, err := e.For(context.Background(), "f", task, func(string) { t.Error("nothing is left to do") })
	require.NoError(t, err)
	assert.False(t, again.Made)
	assert.Equal(t, env.Python, again.Python)

	require.NoError(t, os.WriteFile(requirement, []byte("dorc-no-such-package==9.9\n"), 0o644))
	_, err = e.For(context.Background(), "f", task, func(string) {})
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "function f", p.Resource)
	assert.Equal(t, "its Python environment cannot be made", p.Summary)
	assert.Contains(t, p.Detail, "dorc-no-such-package")
}
