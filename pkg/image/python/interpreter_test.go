package python

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyPython is each Python with a pip that can be used on this machine.
func everyPython(t *testing.T) map[string]interpreter {
	t.Helper()
	in, all := &Installer{}, map[string]interpreter{}
	for minor := 7; minor <= newestMinor; minor++ {
		for _, name := range pythons(in.getenv, Target{Version: fmt.Sprintf("3.%d", minor)}) {
			program, err := exec.LookPath(name)
			if err != nil || all[program].path != "" || strings.Contains(program, "/shims/") {
				continue
			}
			if found, err := in.ask(t.Context(), program); err == nil && found.usable(true) == nil {
				if _, ok := all[found.Version]; !ok {
					all[found.Version] = found
				}
			}
		}
	}
	return all
}

// Markers, Requires-Python and tags mean the image under every Python of this
// machine, and the files are the same bytes.
func TestAnyInterpreter(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "root", "1.0", any3, []string{
		`for-old ; python_version < "3.12"`, `for-this ; python_version == "3.12" and python_full_version >= "3.12.0"`, `for-new ; python_version > "3.12"`,
		`for-windows ; sys_platform == "win32"`, `for-arm ; platform_machine == "aarch64"`, `for-pypy ; platform_python_implementation == "PyPy"`,
		`for-linux ; os_name == "posix" and platform_system == "Linux" and implementation_name == "cpython"`, `for-extra ; extra == "more"`,
	}, nil)
	for _, name := range []string{"for_old", "for_this", "for_new", "for_windows", "for_arm", "for_pypy", "for_linux", "for_extra"} {
		x.wheel(t, name, "1.0", any3, nil, map[string]string{name + ".py": name})
	}
	x.wheel(t, "tagged", "1.0", any3, nil, map[string]string{"tagged.py": "pure"})
	for _, tag := range []string{"cp310-cp310-manylinux_2_17_x86_64", "cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", "cp312-cp312-manylinux_2_28_x86_64",
		"cp312-cp312-manylinux_2_39_x86_64", "cp312-cp312-musllinux_1_2_x86_64", "cp313-cp313-manylinux_2_17_x86_64", "cp39-abi3-manylinux_2_34_x86_64"} {
		x.wheel(t, "tagged", "1.0", tag, nil, map[string]string{"tagged.py": tag})
	}
	req := requirementsTxt("root[more]==1.0", "tagged==1.0", "for-new==1.0 ; python_version > '3.12'")
	var first map[string]string
	check := func(name string, in *Installer) {
		made, err := in.Packages(t.Context(), "function weather", req, aws312)
		require.NoError(t, err, name)
		var names []string
		for _, d := range made.Installed {
			names = append(names, d.Name)
		}
		assert.Equal(t, []string{"for-extra", "for-linux", "for-this", "root", "tagged"}, names, name)
		files := readAll(t, made)
		assert.Equal(t, "cp312-cp312-manylinux_2_28_x86_64", files["var/lang/lib/python3.12/site-packages/tagged.py"], name)
		if first == nil {
			first = files
		}
		assert.Equal(t, first, files, name)
	}
	found := everyPython(t)
	require.NotEmpty(t, found)
	for version, python := range found {
		t.Logf("under %s: %s with pip %s", version, python.path, python.Pip)
		in := x.from(t, Pip)
		in.Python = python.path
		check("pip under "+version, in)
	}
	if len(found) == 1 {
		t.Log("only one version of Python is on this machine")
	}
	check("uv", x.from(t, UV))
}

// A pip whose packaging is other than is known is refused, unless its Python is the image's.
func TestUnknownPip(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3, nil, nil)
	python := anyPython(t, aws312)
	out, err := exec.Command(python.path, "-c", "import pip, os; print(os.path.dirname(os.path.dirname(pip.__file__)))").Output()
	require.NoError(t, err)
	venv := filepath.Join(t.TempDir(), "venv")
	combined, err := exec.Command(python.path, "-m", "venv", "--without-pip", venv).CombinedOutput()
	if err != nil {
		t.Skipf("this Python makes no virtual environments: %s", combined)
	}
	sites, err := filepath.Glob(filepath.Join(venv, "lib", "python3*", "site-packages"))
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(filepath.Join(sites[0], "pip"), os.DirFS(filepath.Join(strings.TrimSpace(string(out)), "pip"))))
	markers := filepath.Join(sites[0], "pip", "_vendor", "packaging", "markers.py")
	data, err := os.ReadFile(markers)
	if err != nil {
		t.Skipf("this pip has its libraries elsewhere: %v", err)
	}
	require.NoError(t, os.WriteFile(markers, []byte(strings.ReplaceAll(string(data), "default_environment", "other_environment")), 0o600))
	in := x.from(t, Pip)
	in.Python = filepath.Join(venv, "bin", "python")
	target := awsTarget("3.12")
	if python.Version == "3.12" {
		_, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), target)
		require.NoError(t, err)
		target = awsTarget("3.11")
	}
	_, err = in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), target)
	p := asProblem(t, err)
	assert.Equal(t, "this pip cannot resolve for another Python", p.Summary)
}

// Without a tool the error says what to install.
func TestNoTool(t *testing.T) {
	in := &Installer{Cache: t.TempDir(), UVPath: filepath.Join(t.TempDir(), "uv"), Python: filepath.Join(t.TempDir(), "python")}
	_, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
	p := asProblem(t, err)
	assert.Contains(t, p.Summary, "neither uv nor pip")
	assert.Equal(t, "function weather", p.Resource)
	// Nothing is needed for nothing.
	made, err := in.Packages(t.Context(), "function weather", requirementsTxt("# nothing"), aws312)
	require.NoError(t, err)
	assert.Empty(t, made.Files)
	assert.DirExists(t, made.Dir)
}

// Two machines' worth of clean runs give the same names, bytes and modes: another
// cache, home, umask, time zone, locale and folder of packages in the user's home.
func TestCleanMachines(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3, []string{"also"}, map[string]string{"good/__init__.py": "x = 1\n", "good/run.sh": "#!/bin/sh\n"})
	x.wheel(t, "also", "1.0", any3, nil, map[string]string{"good/shared.py": "x = 2\n", "also-1.0.dist-info/entry_points.txt": "[console_scripts]\nalso = also:main\n"})
	for _, tool := range tools {
		var first []PackageFile
		for _, machine := range []struct {
			umask int
			env   []string
		}{
			{0o022, nil},
			{0o077, []string{"TZ=Asia/Tokyo", "LC_ALL=C", "PYTHONPATH=/nowhere", "PIP_TARGET=/nowhere", "PIP_USER=1", "UV_LINK_MODE=copy", "UV_COMPILE_BYTECODE=1", "PIP_COMPILE=1", "UV_PRERELEASE=allow", "PIP_NO_DEPS=1", "SOURCE_DATE_EPOCH=1"}},
			{0o000, []string{"TZ=America/New_York", "LC_ALL=C.UTF-8", "PIP_CONSTRAINT=/nowhere.txt", "UV_CONSTRAINT=/nowhere.txt", "PYTHONHASHSEED=7", "VIRTUAL_ENV=/nowhere"}},
		} {
			in := x.from(t, tool)
			in.Environ = append(in.Environ, machine.env...)
			before := umask(machine.umask)
			made, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
			umask(before)
			require.NoError(t, err)
			files := made.Files
			for i := range files {
				info, err := os.Stat(files[i].Path)
				require.NoError(t, err)
				assert.Equal(t, files[i].Executable, info.Mode().Perm() == 0o755, files[i].Name)
				assert.Contains(t, []os.FileMode{0o644, 0o755}, info.Mode().Perm())
				files[i].Path = ""
			}
			if first == nil {
				first = files
			}
			assert.Equal(t, first, files)
		}
	}
}
