package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// aws312 is the Python of AWS's base image.
var aws312 = awsTarget("3.12")

func awsTarget(version string) Target {
	return Target{
		Version: version, Platform: "linux/amd64", Interpreter: "/var/lang/bin/python" + version,
		SitePackages: "/var/lang/lib/python" + version + "/site-packages", Scripts: "/var/lang/bin",
	}
}

// requirementsTxt is one file of requirements.
func requirementsTxt(lines ...string) Requirements {
	const name = "src/raw/weather/requirements.txt"
	return Requirements{
		Roots: []Root{{Path: name, Kind: RequirementsTxt}},
		Files: map[string][]byte{name: []byte(strings.Join(lines, "\n") + "\n")},
	}
}

// uvVersion of the tests is installed with pip, once.
const testUV = "uv==0.8.24"

var (
	uvOnce sync.Once
	uvPath string
	uvWhy  string
	uvDir  string
)

func TestMain(m *testing.M) {
	code := m.Run()
	if uvDir != "" {
		_ = os.RemoveAll(uvDir)
	}
	os.Exit(code)
}

// uvProgram is uv: the machine's or one that pip installs for the tests.
func uvProgram(t *testing.T) string {
	t.Helper()
	uvOnce.Do(func() {
		r := &resolver{Installer: &Installer{}}
		if path, err := r.findUV(t.Context()); err == nil {
			uvPath = path
			return
		}
		python, err := r.findPython(t.Context(), aws312, true)
		if err != nil {
			uvWhy = err.Error()
			return
		}
		if uvDir, err = os.MkdirTemp("", "dorc-test-uv-"); err != nil {
			uvWhy = err.Error()
			return
		}
		out, err := exec.Command(python.path, "-m", "pip", "install", "--quiet", "--target", uvDir, testUV).CombinedOutput()
		if err != nil {
			uvWhy = string(out)
			return
		}
		uvPath = filepath.Join(uvDir, "bin", "uv")
	})
	if uvPath == "" {
		t.Skipf("uv is neither on the machine nor can pip install it: %s", uvWhy)
	}
	return uvPath
}

// newInstaller is one with a cache of its own.
func newInstaller(t *testing.T, tool Tool) *Installer {
	t.Helper()
	in := &Installer{Cache: t.TempDir(), Tool: tool, Progress: func(l string) { t.Log(l) }}
	if tool == UV {
		in.UVPath = uvProgram(t)
	}
	return in
}

// needIndex skips a test when the user's package index is out of reach.
func needIndex(t *testing.T) {
	t.Helper()
	reachOnce.Do(func() {
		in := &Installer{}
		python, err := in.findPython(t.Context(), aws312, true)
		if err != nil {
			reachWhy = err.Error()
			return
		}
		dir, err := os.MkdirTemp("", "dorc-test-index-")
		if err != nil {
			reachWhy = err.Error()
			return
		}
		defer func() { _ = os.RemoveAll(dir) }()
		out, err := exec.Command(python.path, "-m", "pip", "download", "--quiet", "--no-deps", "--retries=1", "--timeout=20", "--dest", dir, "six==1.16.0").CombinedOutput()
		if err != nil {
			reachWhy = string(out)
		}
	})
	if reachWhy != "" {
		t.Skipf("the package index is out of reach: %s", reachWhy)
	}
}

var (
	reachOnce sync.Once
	reachWhy  string
)

func readAll(t *testing.T, p *Packages) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range p.Files {
		data, err := os.ReadFile(f.Path)
		require.NoError(t, err)
		all[f.Name] = string(data)
	}
	return all
}

var tools = []Tool{Pip, UV}

// The same requirements give the same bytes with either tool and under any
// Python of this machine, and markers mean the image.
func TestToolsGiveTheSameBytes(t *testing.T) {
	needIndex(t)
	req := requirementsTxt("tabulate==0.9.0", "markupsafe==2.1.5", "jmespath==1.0.1", "cryptography==42.0.7", "cffi==1.16.0", "pycparser==2.22", "tomli==2.0.1 ; python_version >= '3.12'",
		"six==1.15.0 ; python_version < '3.12'", "colorama==0.4.6 ; sys_platform == 'win32' or platform_machine != 'x86_64'")
	var first map[string]string
	for _, tool := range tools {
		made, err := newInstaller(t, tool).Packages(t.Context(), "function weather", req, aws312)
		require.NoError(t, err)
		require.Equal(t, []Distribution{{"cffi", "1.16.0"}, {"cryptography", "42.0.7"}, {"jmespath", "1.0.1"}, {"markupsafe", "2.1.5"}, {"pycparser", "2.22"}, {"tabulate", "0.9.0"}, {"tomli", "2.0.1"}}, made.Installed)
		files := readAll(t, made)
		if first == nil {
			first = files
		}
		require.Equal(t, sortedKeys(first), sortedKeys(files))
		for name, content := range first {
			require.True(t, content == files[name], "%s differs", name)
		}
	}
}
