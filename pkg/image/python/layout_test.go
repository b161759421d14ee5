package python

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every part of a wheel goes where pip would put it in the image, with the
// image's interpreter, for either tool.
func TestWheelParts(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "Parts", "1.2", any3, nil, map[string]string{
		"parts/__init__.py": "", "parts/__pycache__/__init__.cpython-312.pyc": "old", "parts/mod.py": "y = 1\n", "parts/mod.pyc": "beside its source",
		"parts/only.pyc": "without source", "parts/tool.sh": "#!/bin/sh\nexit 0\n", "parts/größe, \"x\".txt": "odd name",
		"Parts-1.2.data/scripts/parts-script":    "#!python\nprint('hi')\n",
		"Parts-1.2.data/scripts/parts-shell":     "#!/bin/sh\nexit 0\n",
		"Parts-1.2.data/scripts/parts":           "#!python\nis replaced by the entry point\n",
		"Parts-1.2.data/data/share/parts/a.json": "{}", "Parts-1.2.data/data/bin/from-data": "text",
		"Parts-1.2.data/headers/parts.h": "int x;\n", "Parts-1.2.data/purelib/extra_pure.py": "p = 1\n", "Parts-1.2.data/platlib/extra_plat.py": "q = 1\n",
		"Parts-1.2.dist-info/entry_points.txt": "[console_scripts]\nparts = parts.mod:cli.run [color]\n# no\n[other]\nx = y:z\n[gui_scripts]\nparts-gui=parts:main\n",
		"Parts-1.2.dist-info/direct_url.json":  `{"url": "https://someone@host/"}`, "Parts-1.2.dist-info/REQUESTED": "", "Parts-1.2.dist-info/INSTALLER": "someone",
	})
	for _, tool := range tools {
		t.Run(string(tool), func(t *testing.T) {
			made, err := x.from(t, tool).Packages(t.Context(), "function weather", requirementsTxt("parts==1.2"), aws312)
			require.NoError(t, err)
			var listing strings.Builder
			for _, f := range made.Files {
				mode := "0644 "
				if f.Executable {
					mode = "0755 "
				}
				listing.WriteString(mode + f.Name + "\n")
				info, err := os.Stat(f.Path)
				require.NoError(t, err)
				assert.Equal(t, map[bool]fs.FileMode{true: 0o755, false: 0o644}[f.Executable], info.Mode())
				assert.Equal(t, f.Size, info.Size())
			}
			assert.Equal(t, `0644 var/lang/bin/from-data
0755 var/lang/bin/parts
0755 var/lang/bin/parts-gui
0755 var/lang/bin/parts-script
0755 var/lang/bin/parts-shell
0644 var/lang/include/python3.12/Parts/parts.h
0644 var/lang/lib/python3.12/site-packages/Parts-1.2.dist-info/INSTALLER
0644 var/lang/lib/python3.12/site-packages/Parts-1.2.dist-info/METADATA
0644 var/lang/lib/python3.12/site-packages/Parts-1.2.dist-info/RECORD
0644 var/lang/lib/python3.12/site-packages/Parts-1.2.dist-info/WHEEL
0644 var/lang/lib/python3.12/site-packages/Parts-1.2.dist-info/entry_points.txt
0644 var/lang/lib/python3.12/site-packages/extra_plat.py
0644 var/lang/lib/python3.12/site-packages/extra_pure.py
0644 var/lang/lib/python3.12/site-packages/parts/__init__.py
0644 var/lang/lib/python3.12/site-packages/parts/größe, "x".txt
0644 var/lang/lib/python3.12/site-packages/parts/mod.py
0644 var/lang/lib/python3.12/site-packages/parts/only.pyc
0755 var/lang/lib/python3.12/site-packages/parts/tool.sh
0644 var/lang/share/parts/a.json
`, listing.String())
			files := readAll(t, made)
			assert.Equal(t, "#!/var/lang/bin/python3.12\nprint('hi')\n", files["var/lang/bin/parts-script"])
			assert.Equal(t, "#!/bin/sh\nexit 0\n", files["var/lang/bin/parts-shell"])
			assert.Contains(t, files["var/lang/bin/parts"], "from parts.mod import cli\n")
			assert.Contains(t, files["var/lang/bin/parts"], "sys.exit(cli.run())\n")
			record := files["var/lang/lib/python3.12/site-packages/Parts-1.2.dist-info/RECORD"]
			assert.Equal(t, len(made.Files), strings.Count(record, "\n"))
			assert.Contains(t, record, "../../../include/python3.12/Parts/parts.h,sha256=")
			assert.Contains(t, record, `"parts/größe, ""x"".txt",sha256=`)
		})
	}
}

// Wheels that would write elsewhere, or are not what they say, are refused.
func TestBadWheels(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		why   string
	}{
		{"leaves the folder", map[string]string{"../../evil.py": ""}, "leads out"},
		{"unknown place", map[string]string{"bad-1.0.data/elsewhere/x": ""}, "unknown place"},
		{"leaves by data", map[string]string{"bad-1.0.data/data/../../../etc/x": ""}, "leads out"},
		{"command injection", map[string]string{"bad-1.0.dist-info/entry_points.txt": "[console_scripts]\nx = os:system('x') #\n"}, "not understood"},
		{"command path", map[string]string{"bad-1.0.dist-info/entry_points.txt": "[console_scripts]\n../x = os:system\n"}, "not understood"},
		{"wrong record", map[string]string{"bad.py": "x", "bad-1.0.dist-info/RECORD": "bad.py,sha256=AAAA,1\n"}, "RECORD"},
		{"format", map[string]string{"bad-1.0.dist-info/WHEEL": "Wheel-Version: 2.0\n"}, "version"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := newIndex(t)
			x.wheel(t, "bad", "1.0", any3, nil, test.files)
			in := x.from(t, Pip)
			_, err := in.Packages(t.Context(), "function weather", requirementsTxt("", "bad==1.0"), aws312)
			p := asProblem(t, err)
			assert.Equal(t, 2, p.Line)
			assert.Contains(t, p.Detail, test.why)
			noHalfMade(t, in)
		})
	}
}

// pip itself, in an environment of the same Python, installs the same files with
// the same contents; only what names the installer or its place differs.
func TestAsPipInstalls(t *testing.T) {
	needIndex(t)
	python := anyPython(t, aws312)
	target := awsTarget(python.Version)
	if !python.same(target) {
		t.Skipf("pip's own result can be compared on linux-x86_64 only, this is %s", python.Platform)
	}
	lines := []string{"tabulate==0.9.0", "markupsafe==2.1.5", "jmespath==1.0.1", "chardet==5.2.0"}
	venv := filepath.Join(t.TempDir(), "venv")
	out, err := exec.Command(python.path, "-m", "venv", venv).CombinedOutput()
	require.NoError(t, err, "%s", out)
	site := filepath.Join(venv, "lib", "python"+python.Version, "site-packages")
	before := tree(t, venv)
	out, err = exec.Command(filepath.Join(venv, "bin", "python"), append([]string{"-m", "pip", "install", "--quiet", "--no-compile", "--only-binary=:all:"}, lines...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	want := map[string]string{}
	for name, content := range tree(t, venv) {
		base := filepath.Base(name)
		if _, ok := before[name]; ok || strings.Contains(name, "__pycache__") || base == "INSTALLER" || base == "REQUESTED" || base == "RECORD" {
			continue
		}
		want["var/lang/"+name] = strings.Replace(content, "#!"+filepath.Join(venv, "bin", "python")+"\n", "#!"+target.Interpreter+"\n", 1)
	}
	require.DirExists(t, site)
	made, err := newInstaller(t, Pip).Packages(t.Context(), "function weather", requirementsTxt(lines...), target)
	require.NoError(t, err)
	got := map[string]string{}
	for name, content := range readAll(t, made) {
		if base := filepath.Base(name); base != "INSTALLER" && base != "RECORD" {
			got[name] = content
		}
	}
	assert.Equal(t, sortedKeys(want), sortedKeys(got))
	for name := range want {
		if !bytes.Equal([]byte(want[name]), []byte(got[name])) {
			t.Errorf("%s differs:\n%.400q\n%.400q", name, want[name], got[name])
		}
	}
	// The packages work: Python itself reads the metadata, RECORD's hashes and a compiled module.
	check := `import sys, json; sys.path.insert(0, sys.argv[1])
import importlib.metadata as m, markupsafe._speedups, tabulate
d = m.distribution("tabulate")
assert markupsafe._speedups.__file__.startswith(sys.argv[1])
print(json.dumps([d.version, d.read_text("INSTALLER").strip(), all(f.locate().exists() for f in d.files), tabulate.tabulate([["a", 1]], tablefmt="plain")]))`
	answer, err := exec.Command(python.path, "-I", "-B", "-c", check, filepath.Join(made.Dir, target.SitePackages)).CombinedOutput()
	require.NoError(t, err, "%s", answer)
	var values []any
	require.NoError(t, json.Unmarshal(answer, &values))
	assert.Equal(t, []any{"0.9.0", "dorc", true, "a  1"}, values)
}

func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(p)
		rel, _ := filepath.Rel(folder, p)
		all[filepath.ToSlash(rel)] = string(data)
		return err
	}))
	return all
}
