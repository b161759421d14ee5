package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// project is a uv project in a folder of a config repo.
func project(pyproject, lock string) Requirements {
	const dir = "src/raw/weather/"
	return Requirements{
		Roots: []Root{{dir + "uv.lock", UVLock}},
		Files: map[string][]byte{dir + "pyproject.toml": []byte(pyproject), dir + "uv.lock": []byte(lock)},
	}
}

// A lock file that uv itself has written means to us what it means to uv, for
// every version of Python, with forks, extras and markers; either tool installs it.
func TestUVLock(t *testing.T) {
	uv := uvProgram(t)
	x := newIndex(t)
	for _, version := range []string{"1.0", "2.0", "3.0"} {
		x.wheel(t, "forked", version, any3, nil, map[string]string{"forked.py": version})
		x.wheel(t, "leaf", version, any3, nil, map[string]string{"leaf.py": version})
	}
	x.wheel(t, "middle", "1.0", any3, []string{"leaf<3", `plain ; extra == "more"`, `circle ; python_version >= "3.12"`, `winonly ; sys_platform == "win32"`}, nil)
	x.wheel(t, "circle", "1.0", any3, []string{`middle[deep] ; platform_machine == "x86_64"`}, nil)
	for _, name := range []string{"plain", "winonly", "devonly", "deepest"} {
		x.wheel(t, name, "1.0", any3, nil, nil)
	}
	x.wheel(t, "middle", "1.1", any3, []string{"leaf<3", `plain ; extra == "more"`, `deepest ; extra == "deep"`, `circle ; python_version >= "3.12"`, `winonly ; sys_platform == "win32"`}, nil)
	pyproject := `[project]
name = "Weather.Raw"
version = "0"
requires-python = ">=3.10"
dependencies = ["middle[more]", "forked==1.0 ; python_version < '3.12'", "forked>=2 ; python_version >= '3.12'"]
[dependency-groups]
dev = ["devonly"]
`
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pyproject.toml"), []byte(pyproject), 0o600))
	run := func(args ...string) string {
		cmd := exec.Command(uv, args...)
		cmd.Dir, cmd.Env = dir, x.environ(t, "UV_DEFAULT_INDEX="+x.URL+"/simple", "UV_CACHE_DIR="+filepath.Join(dir, "cache"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	python := anyPython(t, aws312)
	run("lock", "--python", python.path)
	lock, err := os.ReadFile(filepath.Join(dir, "uv.lock"))
	require.NoError(t, err)
	exported := run("export", "--frozen", "--no-dev", "--no-emit-project", "--no-header", "--no-annotate", "--python", python.path)
	req := project(pyproject, string(lock))
	for version, want := range map[string][]Distribution{
		"3.11": {{"forked", "1.0"}, {"leaf", "2.0"}, {"middle", "1.1"}, {"plain", "1.0"}},
		"3.12": {{"circle", "1.0"}, {"deepest", "1.0"}, {"forked", "3.0"}, {"leaf", "2.0"}, {"middle", "1.1"}, {"plain", "1.0"}},
	} {
		var first map[string]string
		for _, tool := range tools {
			made, err := x.from(t, tool).Packages(t.Context(), "function weather", req, awsTarget(version))
			require.NoError(t, err)
			assert.Equal(t, want, made.Installed, "%s %s", version, tool)
			plain, err := x.from(t, tool).Packages(t.Context(), "function weather", requirementsTxt(exported), awsTarget(version))
			require.NoError(t, err)
			assert.Equal(t, want, plain.Installed, "as uv exports it, %s %s", version, tool)
			if first == nil {
				first = readAll(t, made)
			}
			assert.Equal(t, first, readAll(t, made))
			assert.Equal(t, first, readAll(t, plain))
		}
	}
	// A wheel that is not the locked one is refused.
	x.wheel(t, "leaf", "2.0", any3, nil, map[string]string{"leaf.py": "changed"})
	for _, tool := range tools {
		_, err := x.from(t, tool).Packages(t.Context(), "function weather", req, aws312)
		p := asProblem(t, err)
		assert.Equal(t, "a package is not the one whose hash is given", p.Summary)
		assert.Equal(t, "src/raw/weather/uv.lock", p.File)
		assert.Positive(t, p.Line)
	}
}

// Files of several kinds hold together: a lock file, one with hashes, one without.
func TestRootsOfAllKinds(t *testing.T) {
	x := newIndex(t)
	locked := x.wheel(t, "locked", "1.0", any3, nil, nil)
	hashed := x.wheel(t, "hashed", "1.0", any3, nil, nil)
	for _, version := range []string{"1.0", "2.0"} {
		x.wheel(t, "shared", version, any3, nil, map[string]string{"shared.py": version})
	}
	shared := x.hash("shared-1.0-py3-none-any.whl")
	x.wheel(t, "free", "1.0", any3, []string{"shared"}, nil)
	x.wheel(t, "own", "1.0", any3, []string{"locked", "shared"}, nil)
	req := Requirements{
		Roots: []Root{{"requirements.txt", RequirementsTxt}, {"src/raw/requirements.txt", RequirementsTxt}, {"src/raw/weather/uv.lock", UVLock}, {"src/raw/rain/pyproject.toml", Pyproject}},
		Files: map[string][]byte{
			"requirements.txt":               []byte("-r common/base.txt\n-c common/limits.txt\n"),
			"common/base.txt":                []byte("free # comment\n"),
			"common/limits.txt":              []byte("own<2\nunused==7\n"),
			"src/raw/requirements.txt":       []byte("hashed==1.0 \\\n    --hash=" + hashed + "\nshared==1.0 --hash " + shared + "\n"),
			"src/raw/rain/pyproject.toml":    []byte("[project]\nname = \"rain\"\ndependencies = [\"own\"]\n"),
			"src/raw/weather/pyproject.toml": []byte("[project]\nname = \"weather\"\n"),
			"src/raw/weather/uv.lock": []byte(`version = 1
[[package]]
name = "weather"
source = { virtual = "." }
dependencies = [{ name = "locked" }]
[[package]]
name = "locked"
version = "1.0"
source = { registry = "https://index.example.com/simple" }
wheels = [{ url = "https://index.example.com/locked-1.0-py3-none-any.whl", hash = "` + locked + `" }]
`),
		},
	}
	for _, tool := range tools {
		made, err := x.from(t, tool).Packages(t.Context(), "function weather", req, aws312)
		require.NoError(t, err)
		assert.Equal(t, []Distribution{{"free", "1.0"}, {"hashed", "1.0"}, {"locked", "1.0"}, {"own", "1.0"}, {"shared", "1.0"}}, made.Installed)
		clash := req
		clash.Files = map[string][]byte{}
		for name, data := range req.Files {
			clash.Files[name] = data
		}
		clash.Files["common/base.txt"] = []byte("free\nshared>=2\n")
		_, err = x.from(t, tool).Packages(t.Context(), "function weather", clash, aws312)
		p := asProblem(t, err)
		assert.Equal(t, "requirements exclude each other", p.Summary)
		assert.Equal(t, "common/base.txt", p.File)
		assert.Equal(t, 2, p.Line)
		assert.Contains(t, p.Detail, strings.ReplaceAll("shared==1.0 (src/raw/requirements.txt:3)", "/", string(filepath.Separator)))
	}
}
